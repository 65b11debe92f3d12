using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>
/// Every sparse kernel on a graph with a node of 100,000 in-edges and one of 20,000 out-edges, rows just below and above where GPU twins cut,
/// empty rows, isolated nodes and repeated edges: each device against the CPU twin, which other tests hold against formulas. Twins on
/// other numbers of threads, and of other vectors, must give the same bits.
/// </summary>
[TestFixtureSource(nameof(Devices))]
public sealed class HubTests(Device device)
{
    private const int Nodes = 3000;
    private static readonly HostCsr In = Make(), Out = In.Transposed();

    public static IEnumerable<Device> Devices => [.. TestDevices.Fast.Except([TestDevices.Cpu]), new CpuDevice(1), new CpuDevice(2), new CpuDevice(4), new CpuDevice(2, vectorBits: 256)];

    private static HostCsr Make()
    {
        var rng = new Rng(5);
        List<(int Row, int Column)> edges = [];
        void Add(int row, int count) => edges.AddRange(Enumerable.Range(0, count).Select(_ => (row, rng.Next(Nodes - 10))));
        Add(1, 100_000);
        Add(5, LongRows.Longest);
        Add(6, LongRows.Longest + 1);
        Add(7, 3 * LongRows.Part + 17);
        for (var row = 8; row < Nodes - 10; row += 2) Add(row, rng.Next(20));
        edges.AddRange(Enumerable.Range(0, 20_000).Select(_ => (8 + 2 * rng.Next(1000), 2)));
        return HostCsr.From(Nodes, Nodes, [.. edges.Select(e => e.Row)], [.. edges.Select(e => e.Column)]) with { Edge = null };
    }

    [Test]
    public void Sums([Values(5, 8)] int share, [Values(1, 3)] int heads, [Values] bool weighted) => Check((on, t) =>
    {
        using var a = Out.To(on);
        var scale = t(Nodes);
        var y = t(Nodes, heads * share);
        on.Run(new SpMM(a, t(Nodes, heads * share), y, weighted || heads > 1 ? t(In.Entries, heads) : null, weighted ? scale : null, weighted ? scale : null, Accumulate: weighted));
        using var direct = In.To(on);
        var z = t(Nodes, heads * share);
        on.Run(new SpMM(direct, t(Nodes, heads * share), z, null, scale, scale, Bias: t(heads * share), Loops: true));
        return [y, z];
    });

    [Test]
    public void The_sum_of_the_largest_row_is_that_of_a_double()
    {
        using var a = In.To(device);
        using var x = Any.Tensor(device, new Shape(Nodes, 8));
        using var y = new Tensor(device, new Shape(Nodes, 8));

        device.Run(new SpMM(a, x, y));

        var values = x.ToArray();
        var expected = Enumerable.Range(In.RowStart[1], 100_000).Sum(p => (double)values[In.Column[p] * 8 + 3]);
        Assert.That(y.ToArray()[8 + 3], Is.EqualTo(expected).Within(1e-3).Percent);
    }

    [Test]
    public void Folds([Values(5, 8)] int width, [Values] bool weighted) => Check((on, t) =>
    {
        using Csr a = In.To(on), back = Out.To(on);
        Tensor x = t(Nodes, width), y = t(Nodes, width), note = t(Nodes, width), dx = t(Nodes, width), dw = t(In.Entries);
        var w = weighted ? t(In.Entries) : null;
        on.Run(new Fold<Largest>(a, x, w, y, note));
        on.Run(new FoldGrad<Largest>(back, x, w, y, note, t(Nodes, width), dx, Accumulate: false));
        if (w is not null) on.Run(new FoldWeightGrad<Largest>(a, x, w, y, note, t(Nodes, width), dw, Accumulate: false));
        return [y, note, dx, dw];
    });

    [Test]
    public void Softmax_sums([Values(5, 8)] int width) => Check((on, t) =>
    {
        using Csr a = In.To(on), back = Out.To(on);
        Tensor x = t(Nodes, width), temperature = t(width), y = t(Nodes, width), lse = t(Nodes, width), dx = t(Nodes, width), dt = t(Nodes, width);
        on.Run(new SoftmaxSum(a, x, temperature, y, lse));
        on.Run(new SoftmaxSumGrad(back, x, temperature, y, lse, t(Nodes, width), dx, dt, Constant: false, Accumulate: false));
        return [y, lse, dx, dt];
    });

    [Test]
    public void Attention([Values(5, 8)] int features, [Values(1, 5, 8)] int channels, [Values(1, 3)] int heads, [Values(0f, 0.5f)] float drop) => Check((on, t) =>
    {
        using Csr a = In.To(on), back = Out.To(on);
        var attention = new Attention(heads, t(Nodes, heads * features), t(Nodes, heads * channels), t(Nodes, heads * channels), channels > 1 ? t(heads * channels) : null,
            drop > 0f ? t(In.Entries, heads * channels) : null, Map: null, EdgeInValue: drop > 0f && channels == features, 0.2f, drop, new RandomKey(1, 2, 3));
        Tensor y = t(Nodes, heads * features), lse = t(Nodes, heads), dy = t(Nodes, heads * features), dot = t(Nodes, heads), dx = t(Nodes, heads * features), dscore = t(In.Entries, heads);
        Tensor fused = t(Nodes, heads * channels), dsource = t(Nodes, heads * channels), dtarget = t(Nodes, heads * channels);
        on.Run(new Attend<AdditiveScore>(a, attention, y, lse));
        on.Run(new HeadDot(dy, y, dot));
        on.Run(new AttendGrad<AdditiveScore>(back, attention, lse, dot, dy, dx, dscore, Alpha: null, Accumulate: true, fused));
        on.Run(new AttendEndGrad<AdditiveScore>(a, attention, dscore, dtarget, Outgoing: false, Accumulate: true));
        on.Run(new AttendEndGrad<AdditiveScore>(back, attention, dscore, dsource, Outgoing: true, Accumulate: false));
        return [y, lse, dot, dx, dscore, fused, dsource, dtarget];
    });

    [Test]
    public void Edge_values([Values(1, 4, 3)] int heads) => Check((on, t) =>
    {
        using Csr a = In.To(on), back = Out.To(on);
        Tensor score = t(In.Entries, heads), alpha = t(In.Entries, heads), dscore = t(In.Entries, heads), sum = t(Nodes, heads), there = t(Nodes, heads), spread = t(In.Entries, heads);
        on.Run(new AddEnds(a, t(Nodes, heads), t(Nodes, heads), score));
        on.Run(new EdgeSoftmax(a, score, alpha));
        on.Run(new EdgeSoftmaxGrad(a, alpha, t(In.Entries, heads), dscore, Accumulate: true));
        on.Run(new EdgeSum(a, score, sum, Accumulate: true));
        on.Run(new EdgeSum(back, score, there, Accumulate: false));
        on.Run(new SpreadToEdges(a, sum, spread, Accumulate: false));
        return [score, alpha, dscore, sum, there, spread];
    });

    [Test]
    public void Edge_products([Values(5, 8)] int features, [Values(1, 3)] int heads) => Check((on, t) =>
    {
        using Csr a = In.To(on), back = Out.To(on);
        Tensor y = t(In.Entries, heads), scaled = t(In.Entries), ends = t(Nodes);
        on.Run(new Sddmm(a, t(Nodes, heads * features), t(Nodes, heads * features), y, null, null, Accumulate: false));
        on.Run(new EdgeScale(a, t(In.Entries), t(Nodes), t(Nodes), scaled));
        on.Run(new EdgeDot(back, scaled, t(In.Entries), t(Nodes), ends, Accumulate: false));
        return [y, scaled, ends];
    });

    private delegate Tensor Draw(int rows, int width = 1);

    // Both devices get the same operands, since they ask for them in the same order.
    private void Check(Func<Device, Draw, Tensor[]> run)
    {
        var expected = Run(TestDevices.Cpu, run);
        var actual = Run(device, run);
        for (var i = 0; i < expected.Length; i++)
            if (device is CpuDevice) Assert.That(actual[i].Values.AsSpan().SequenceEqual(expected[i].Values), $"output {i}");
            else Assert.That(Error(expected[i], actual[i]), Is.LessThan(1e-4), $"output {i}");
    }

    // Against the largest number of the row: a sum of 100,000 numbers may itself cancel.
    private static double Error((float[] Values, int Width) expected, (float[] Values, int Width) actual)
    {
        var worst = 0.0;
        for (var row = 0; row < expected.Values.Length; row += expected.Width)
        {
            var size = 1f + expected.Values.AsSpan(row, expected.Width).ToArray().Max(MathF.Abs);
            for (var k = row; k < row + expected.Width; k++) worst = Math.Max(worst, Math.Abs(expected.Values[k] - actual.Values[k]) / size);
        }
        return worst;
    }

    private static (float[] Values, int Width)[] Run(Device on, Func<Device, Draw, Tensor[]> run)
    {
        ulong seed = 1;
        List<Tensor> made = [];
        var outputs = run(on, (rows, width) =>
        {
            made.Add(Any.Tensor(on, new Shape(rows, width), seed++));
            return made[^1];
        });
        (float[], int)[] values = [.. outputs.Select(t => (t.ToArray(), t.Shape.RowLength))];
        foreach (var t in made) t.Dispose();
        return values;
    }
}
