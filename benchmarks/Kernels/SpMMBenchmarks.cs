using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>Sum aggregation, rung by rung: what vectors, registers, prefetching and large pages are each worth.</summary>
public unsafe class SpMMBenchmarks : GraphLadder<SpMM>
{
    private const int Panel = 64, Ahead = 8;
    private int[] padded = null!;
    private float[] x = null!, y = null!;

    [Params(64, 128)]
    public int Width { get; set; }

    private protected override double Bytes => 4.0 * Width * (Recipe.Edges + Recipe.Nodes) + 4.0 * Recipe.Edges;

    private protected override double Operations => (double)Width * Recipe.Edges;

    private protected override void Prepare() => (padded, x, y) = ([.. Column, .. new int[Ahead]], Recipe.Dense(Width), new float[Recipe.Nodes * Width]);

    private protected override SpMM On(CpuDevice cpu, Csr pattern)
    {
        var operand = Tensor.From(cpu, new Shape(Recipe.Nodes, Width), x);
        return new SpMM(pattern, operand, new Tensor(cpu, operand.Shape));
    }

    [Benchmark(Baseline = true)]
    public void Scalar()
    {
        Array.Clear(y);
        for (var row = 0; row < Recipe.Nodes; row++)
            for (var entry = Start[row]; entry < Start[row + 1]; entry++)
                for (var j = 0; j < Width; j++) y[row * Width + j] += x[Column[entry] * Width + j];
    }

    [Benchmark]
    public void Vectors()
    {
        Array.Clear(y);
        fixed (float* source = x, target = y)
            for (var row = 0; row < Start.Length - 1; row++)
                for (var entry = Start[row]; entry < Start[row + 1]; entry++)
                    for (var j = 0; j < Width; j += 8)
                        (Vector256.Load(target + row * Width + j) + Vector256.Load(source + Column[entry] * Width + j)).Store(target + row * Width + j);
    }

    [Benchmark]
    public void Registers() => Panels(ahead: 0);

    [Benchmark]
    public void RegistersAndPrefetch() => Panels(Ahead);


    private void Panels(int ahead)
    {
        fixed (float* source = x, target = y)
            for (var row = 0; row < Start.Length - 1; row++)
                for (var j = 0; j < Width; j += Panel) SumPanel(source + j, target + row * Width + j, Start[row], Start[row + 1], ahead);
    }

    private void SumPanel(float* source, float* target, int first, int end, int ahead)
    {
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var entry = first; entry < end; entry++)
        {
            if (ahead > 0)
                for (var line = 0; line < Panel; line += 16) Sse.Prefetch0(source + padded[entry + ahead] * Width + line);
            var p = source + Column[entry] * Width;
            (a, b, c, d) = (a + Vector256.Load(p), b + Vector256.Load(p + 8), c + Vector256.Load(p + 16), d + Vector256.Load(p + 24));
            (e, f, g, h) = (e + Vector256.Load(p + 32), f + Vector256.Load(p + 40), g + Vector256.Load(p + 48), h + Vector256.Load(p + 56));
        }
        a.Store(target);
        b.Store(target + 8);
        c.Store(target + 16);
        d.Store(target + 24);
        e.Store(target + 32);
        f.Store(target + 40);
        g.Store(target + 48);
        h.Store(target + 56);
    }
}
