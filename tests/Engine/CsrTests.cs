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
}
