using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class CsrTests
{
    [TestCaseSource(typeof(TestDevices), nameof(TestDevices.All))]
    public void A_moved_pattern_knows_its_longest_row_without_reading_it_back(Device device)
    {
        using var host = new CpuDevice(1);
        using var moved = new Csr(Indices.From(host, [0, 1, 4, 4]), Indices.From(host, [0, 2, 1, 0]), 3, Indices.From(host, [3, 2, 1, 0])).MovedTo(device);

        moved.RowStart.Dispose();

        Assert.That(moved.LongestRow, Is.EqualTo(3));
        Assert.That((moved.Device, moved.Columns), Is.EqualTo((device, 3)));
        Assert.That(moved.Edge!.ToArray(), Is.EqualTo(new[] { 3, 2, 1, 0 }));
        Assert.That(host.Pool.LiveBytes, Is.Zero);
    }

    [TestCaseSource(typeof(TestDevices), nameof(TestDevices.All))]
    public void The_longest_row_is_found_where_it_was_not_given(Device device)
    {
        using var matrix = new Csr(Indices.From(device, [0, 1, 4, 4]), Indices.From(device, [0, 2, 1, 0]), 3);

        Assert.That(matrix.MovedTo(device), Is.SameAs(matrix));
        Assert.That(matrix.LongestRow, Is.EqualTo(3));
    }

    [TestCaseSource(typeof(TestDevices), nameof(TestDevices.All))]
    public void It_knows_whether_a_row_has_itself_as_an_entry(Device device)
    {
        using Csr with = new HostCsr([0, 1, 3, 3], [2, 0, 1], 3).To(device), without = new HostCsr([0, 1, 3, 3], [1, 0, 2], 3).To(device), empty = new HostCsr([0], [], 3).To(device);

        Assert.That((with.HasDiagonal, without.HasDiagonal, empty.HasDiagonal), Is.EqualTo((true, false, false)));
    }

    [TestCaseSource(typeof(TestDevices), nameof(TestDevices.All))]
    public void A_pair_is_what_the_host_makes_of_the_same_coordinates(Device device)
    {
        foreach (var (row, column) in new (int[], int[])[] { ([], []), ([2, 0, 2, 2, 0], [1, 3, 0, 1, 0]), ([0, 0, 2, 2], [1, 1, 0, 3]) })
        {
            var expected = HostCsr.From(3, 4, row, column);

            var (pattern, transposed, order) = CsrPair.From(device, 3, 4, row, column);

            Check(pattern, expected with { Edge = null });
            Check(transposed, (expected with { Edge = null }).Transposed());
            Assert.That(order ?? [.. Enumerable.Range(0, row.Length)], Is.EqualTo(expected.Edge));
            pattern.Dispose();
            transposed.Dispose();
        }

        Assert.That(() => CsrPair.From(device, 3, 4, [0, 1], [0, 4]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("entry 1: column 4"));
    }

    private static void Check(Csr actual, HostCsr expected)
    {
        Assert.That(actual.RowStart.ToArray(), Is.EqualTo(expected.RowStart));
        Assert.That(actual.Column.ToArray(), Is.EqualTo(expected.Column));
        Assert.That(actual.Edge?.ToArray(), Is.EqualTo(expected.Edge));
        Assert.That(actual.Columns, Is.EqualTo(expected.Columns));
    }
}
