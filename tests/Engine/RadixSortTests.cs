using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class RadixSortTests
{
    private static readonly CpuDevice One = new(1), Three = TestDevices.Cpu;

    [Test]
    public void Keys_are_ordered_stably([Values(0, 1, 2, 24, 25, 300, 5_000, 100_000, 300_000)] int count, [Values(1, 2, 200, 70_000, int.MaxValue)] int bound)
    {
        int[] keys = Draw(count, bound, seed: 5), expected = [.. Enumerable.Range(0, count).OrderBy(p => keys[p])];

        Assert.That(RadixSort.Order(keys, Three), Is.EqualTo(expected));
        Assert.That(RadixSort.Order(keys), Is.EqualTo(expected));
        Assert.That(RadixSort.Order(Array.ConvertAll(keys, k => (long)k << 31 | 5), Three), Is.EqualTo(expected));
    }

    [Test]
    public void A_negative_key_is_refused() =>
        Assert.That(() => RadixSort.Order([3, -7, 1]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("key -7 is negative"));

    [TestCase(1, 1, 50_000)]
    [TestCase(3, 4, 0)]
    [TestCase(40, 70, 20)]
    [TestCase(5_000, 3, 100_000)]
    [TestCase(3, 5_000, 100_000)]
    [TestCase(20_000, 20_000, 300_000)]
    public void Coordinates_and_transposes_agree_with_sorting_by_comparison(int rows, int columns, int count)
    {
        int[] row = Draw(count, rows, 1), column = Draw(count, columns, 2);
        int[] order = [.. Enumerable.Range(0, count).OrderBy(p => row[p]).ThenBy(p => column[p])];

        foreach (var host in new[] { null, One, Three })
        {
            var csr = HostCsr.From(rows, columns, row, column, host);
            var turned = csr.Transposed(host);
            int[] back = [.. Enumerable.Range(0, count).OrderBy(p => csr.Column[p])];

            Assert.That(csr.Edge, Is.EqualTo(order));
            Assert.That(csr.Column, Is.EqualTo(Array.ConvertAll(order, p => column[p])));
            Assert.That(csr.RowStart, Is.EqualTo(Starts(row, rows)));
            Assert.That(turned.Edge, Is.EqualTo(Array.ConvertAll(back, p => csr.Edge![p])));
            Assert.That(turned.Column, Is.EqualTo(Array.ConvertAll(back, p => row[csr.Edge![p]])));
            Assert.That(turned.Transposed(host).Column, Is.EqualTo(csr.Column));
        }
    }

    [Test]
    public void One_hub_of_many_entries_is_no_trouble()
    {
        const int count = 200_000;
        var row = Draw(count, 50_000, 3);
        for (var p = 0; p < count; p += 2) row[p] = 77;
        var column = Draw(count, 50_000, 4);

        var csr = HostCsr.From(50_000, 50_000, row, column, Three);

        Assert.That(csr.Edge, Is.EqualTo(Enumerable.Range(0, count).OrderBy(p => row[p]).ThenBy(p => column[p])));
    }

    [Test]
    public void Groups_of_any_size_list_their_members([Values(1, 3, 1_000, 60_000)] int groups)
    {
        var group = Draw(100_000, groups, 6);

        var csr = HostCsr.Groups(group, groups, Three);

        Assert.That(csr.Column, Is.EqualTo(Enumerable.Range(0, group.Length).OrderBy(p => group[p])));
        Assert.That(csr.RowStart[1], Is.EqualTo(group.Count(g => g == 0)));
    }

    [Test]
    public void Equal_entries_become_one_and_say_what_they_were()
    {
        var csr = HostCsr.From(2, 3, [1, 0, 1, 1, 0], [2, 0, 2, 1, 0]);

        var (merged, origin) = csr.Coalesced();

        Assert.That(merged.RowStart, Is.EqualTo(new[] { 0, 1, 3 }));
        Assert.That(merged.Column, Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(origin.RowStart, Is.EqualTo(new[] { 0, 2, 3, 5 }));
        Assert.That(origin.Column, Is.EqualTo(new[] { 1, 4, 3, 0, 2 }));
    }

    [Test]
    public void Columns_are_counted()
    {
        using var counts = HostCsr.From(2, 3, [1, 0, 1], [2, 0, 2]).ColumnCounts(One);

        Assert.That(counts.ToArray(), Is.EqualTo(new[] { 1f, 0f, 2f }));
    }

    private static int[] Starts(int[] row, int rows)
    {
        var start = new int[rows + 1];
        foreach (var r in row) start[r + 1]++;
        for (var r = 0; r < rows; r++) start[r + 1] += start[r];
        return start;
    }

    private static int[] Draw(int count, int bound, ulong seed)
    {
        var rng = new Rng(seed);
        return [.. Enumerable.Range(0, count).Select(_ => rng.Next(bound))];
    }
}
