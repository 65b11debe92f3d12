using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Sums of tables too large for any cache, whose columns are copied into panels first.</summary>
public sealed class SumByPanelsTests
{
    private const int Nodes = 61, Hub = 7;

    [Test]
    public void The_bits_are_those_of_one_pass([Values(32, 60, 64, 100, 131, 208, 300)] int width, [Values("none", "row", "edge", "column")] string weights, [Values] bool ends, [Values] bool loops)
    {
        if (loops && weights is "row" or "edge") return;   // a loop has no weight of its own
        var device = TestDevices.Cpu;
        using var pattern = Pattern(device, weights == "edge");
        using Tensor x = Any.Tensor(device, new Shape(Nodes, width)), w = Any.Tensor(device, new Shape(pattern.Entries), seed: 5), t = Any.Tensor(device, new Shape(Nodes), seed: 6);
        using Tensor bias = Any.Tensor(device, new Shape(width), seed: 7), whole = Any.Tensor(device, new Shape(Nodes, width), seed: 8), parts = Any.Tensor(device, new Shape(Nodes, width), seed: 8);
        SpMM Into(Tensor y) => new(pattern, x, y, weights is "row" or "edge" ? w : null, ends ? t : null, weights == "column" ? t : null, Accumulate: ends, ends ? bias : null, loops);

        device.Run(Into(whole));
        SumByPanels.Run(device, Into(parts), grain: 8);
        device.ForLongRows(pattern, Into(parts));

        Assert.That(parts.ToArray(), Is.EqualTo(whole.ToArray()));
    }

    [Test]
    public void A_large_table_goes_by_panels_where_memory_allows([Values] bool limited)
    {
        const int rows = 70_000, width = 256, degree = 8;   // 72 MB
        using var device = new CpuDevice(2);
        using var pattern = new HostCsr([.. Enumerable.Range(0, rows + 1).Select(r => r * degree)], [.. Enumerable.Range(0, rows * degree).Select(e => (int)(e * 7919L % rows))], rows).To(device);
        using Tensor x = new(device, new Shape(rows, width)), y = new(device, new Shape(rows, width));
        var values = x.Span;
        for (var i = 0; i < values.Length; i++) values[i] = i % 1000 - i % 7;
        if (limited) device.MemoryLimit = device.Pool.HeldBytes;
        var before = device.Pool.LiveBytes;
        var given = x.ToArray();

        device.Run(new SpMM(pattern, x, y));

        Assert.That(device.Pool.PeakBytes - before, limited ? Is.Zero : Is.GreaterThanOrEqualTo((long)rows * width * sizeof(float)));
        foreach (var row in new[] { 0, 1, 34_567, rows - 1 })
            Assert.That(y.Row(row).ToArray(), Is.EqualTo(Enumerable.Range(0, width).Select(j => Enumerable.Range(row * degree, degree).Sum(e => given[e * 7919L % rows * width + j]))), $"row {row}");
    }

    // Rows of 0 to 60 entries, and a hub that is cut.
    private static Csr Pattern(CpuDevice device, bool named)
    {
        int[] start = new int[Nodes + 1];
        for (var r = 0; r < Nodes; r++) start[r + 1] = start[r] + (r == Hub ? 2 * SplitRows.Longest + 5 : r);
        int[] column = [.. Enumerable.Range(0, start[^1]).Select(e => e * 31 % Nodes)], edge = [.. Enumerable.Range(0, start[^1]).Reverse()];
        return new HostCsr(start, column, Nodes, named ? edge : null).To(device);
    }
}
