using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>Sum aggregation, rung by rung: what vectors, registers, prefetching and large pages are each worth.</summary>
[Config(typeof(LadderConfig))]
public unsafe class SpMMBenchmarks : IWork
{
    private const int Panel = 64, Ahead = 8;
    private CpuDevice one = null!, all = null!;
    private SpMM single, shared;
    private int[] start = null!, column = null!;
    private float[] x = null!, y = null!;

    [Params("cora", "arxiv")]
    public string Graph { get; set; } = "";

    [Params(64, 128)]
    public int Width { get; set; }

    private GraphRecipe Recipe => GraphRecipe.Named(Graph);

    double IWork.Bytes => 4.0 * Width * (Recipe.Edges + Recipe.Nodes) + 4.0 * Recipe.Edges;

    double IWork.Operations => (double)Width * Recipe.Edges;

    double IWork.Bandwidth(Roofline roof) => roof.Gather;

    [GlobalSetup]
    public void Setup()
    {
        var graph = SyntheticGraph.Generate(Recipe);
        (start, column, x, y) = (graph.RowStart, [.. graph.Column, .. new int[Ahead]], Recipe.Dense(Width), new float[Recipe.Nodes * Width]);
        (one, all) = (new CpuDevice(1), new CpuDevice());
        (single, shared) = (On(one), On(all));

        SpMM On(CpuDevice cpu)
        {
            var operand = Tensor.From(cpu, new Shape(Recipe.Nodes, Width), x);
            return new SpMM(new HostCsr(graph.RowStart, graph.Column, Recipe.Nodes).To(cpu), operand, new Tensor(cpu, operand.Shape));
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        one.Dispose();
        all.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Scalar()
    {
        Array.Clear(y);
        for (var row = 0; row < Recipe.Nodes; row++)
            for (var entry = start[row]; entry < start[row + 1]; entry++)
                for (var j = 0; j < Width; j++) y[row * Width + j] += x[column[entry] * Width + j];
    }

    [Benchmark]
    public void Vectors()
    {
        Array.Clear(y);
        fixed (float* source = x, target = y)
            for (var row = 0; row < start.Length - 1; row++)
                for (var entry = start[row]; entry < start[row + 1]; entry++)
                    for (var j = 0; j < Width; j += 8)
                        (Vector256.Load(target + row * Width + j) + Vector256.Load(source + column[entry] * Width + j)).Store(target + row * Width + j);
    }

    [Benchmark]
    public void Registers() => Panels(ahead: 0);

    [Benchmark]
    public void RegistersAndPrefetch() => Panels(Ahead);

    [Benchmark]
    public void Ours() => one.Run(single);

    [Benchmark]
    public void OursAllThreads() => all.Run(shared);

    private void Panels(int ahead)
    {
        fixed (float* source = x, target = y)
            for (var row = 0; row < start.Length - 1; row++)
                for (var j = 0; j < Width; j += Panel) SumPanel(source + j, target + row * Width + j, start[row], start[row + 1], ahead);
    }

    private void SumPanel(float* source, float* target, int first, int end, int ahead)
    {
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var entry = first; entry < end; entry++)
        {
            if (ahead > 0)
                for (var line = 0; line < Panel; line += 16) Sse.Prefetch0(source + column[entry + ahead] * Width + line);
            var p = source + column[entry] * Width;
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
