using System.Runtime.InteropServices;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Sums of tables too large for any cache, whose columns are copied into panels first.</summary>
public sealed class SumByPanelsTests
{
    private const int Nodes = 61, Hub = 7;

    [Test]
    public void The_bits_are_those_of_one_pass([Values(256, 512)] int bits, [Values(32, 60, 64, 100, 131, 208, 300)] int width, [Values("none", "row", "edge", "column")] string weights, [Values] bool ends, [Values] bool loops)
    {
        if (loops && weights is "row" or "edge") return;   // a loop has no weight of its own
        using var device = new CpuDevice(2, bits);
        using var pattern = Pattern(device, weights == "edge");
        using Tensor x = Any.Tensor(device, new Shape(Nodes, width)), w = Any.Tensor(device, new Shape(pattern.Entries), seed: 5), t = Any.Tensor(device, new Shape(Nodes), seed: 6);
        using Tensor bias = Any.Tensor(device, new Shape(width), seed: 7), whole = Any.Tensor(device, new Shape(Nodes, width), seed: 8), parts = Any.Tensor(device, new Shape(Nodes, width), seed: 8);
        using var laid = new Tensor(device, x.Shape);
        SpMM Into(Tensor y) => new(pattern, x, y, weights is "row" or "edge" ? w : null, ends ? t : null, weights == "column" ? t : null, Accumulate: ends, ends ? bias : null, loops);

        device.Run(Into(whole));
        SumByPanels.Run(device, Into(parts), laid, grain: 8);
        device.ForLongRows(pattern, Into(parts));

        Assert.That(parts.ToArray(), Is.EqualTo(whole.ToArray()));
    }

    [Test]
    public void A_large_table_goes_by_panels_where_that_helps_and_memory_allows([Values("sum", "sum of narrow rows", "heads", "two weights", "loops and weights", "few entries", "few rows")] string form, [Values(1, 3)] int threads)
    {
        const int nodes = 70_000, width = 192;   // 54 MB
        int rows = form == "few rows" ? 16 : nodes, degree = form == "few rows" ? 35_000 : form == "few entries" ? 7 : 8;
        var columns = form == "sum of narrow rows" ? 16 : width;
        int[] start = [.. Enumerable.Range(0, rows + 1).Select(r => r * degree)], column = [.. Enumerable.Range(0, rows * degree).Select(e => (int)(e * 7919L % nodes))];
        float[] values = [.. Enumerable.Range(0, nodes * columns).Select(i => i % 1000 / 7f)], weights = [.. Enumerable.Range(0, rows * degree * 2).Select(i => i % 13 / 3f)];

        (int[] Bits, long More) Sum(bool limited)
        {
            using var device = new CpuDevice(threads);
            using var pattern = new HostCsr(start, column, nodes).To(device);
            using Tensor x = Tensor.From(device, form == "heads" ? new Shape(nodes, 2, columns / 2) : new Shape(nodes, columns), values), y = new(device, x.Shape.WithRows(rows));
            using Tensor w = Tensor.From(device, new Shape(rows * degree, 2), weights), one = new(w, 0, new Shape(rows * degree)), t = new(w, 0, new Shape(nodes));
            if (limited) device.MemoryLimit = device.Pool.HeldBytes;
            var before = device.Pool.LiveBytes;
            device.Run(form switch
            {
                "heads" => new SpMM(pattern, x, y, w),
                "two weights" => new(pattern, x, y, one, ColumnScale: t),
                "loops and weights" => new(pattern, x, y, one, Loops: true),
                _ => new SpMM(pattern, x, y, ColumnScale: t),
            });
            return ([.. MemoryMarshal.Cast<float, int>(y.ToArray())], device.Pool.PeakBytes - before);
        }

        var (bits, more) = Sum(limited: false);
        Assert.That(more, form == "sum" ? Is.GreaterThanOrEqualTo(nodes * width * sizeof(float)) : Is.LessThan(1 << 20));
        if (form == "few rows") return;   // its parts need memory of their own
        var (onePass, none) = Sum(limited: true);
        Assert.That(none, Is.Zero);
        Assert.That(bits.AsSpan().SequenceEqual(onePass), "the same bits");
    }

    // Rows of 0 to 60 entries, and a hub that is cut.
    private static Csr Pattern(CpuDevice device, bool named)
    {
        var start = new int[Nodes + 1];
        for (var r = 0; r < Nodes; r++) start[r + 1] = start[r] + (r == Hub ? 2 * SplitRows.Longest + 5 : r);
        int[] column = [.. Enumerable.Range(0, start[^1]).Select(e => e * 31 % Nodes)], edge = [.. Enumerable.Range(0, start[^1]).Reverse()];
        return new HostCsr(start, column, Nodes, named ? edge : null).To(device);
    }
}
