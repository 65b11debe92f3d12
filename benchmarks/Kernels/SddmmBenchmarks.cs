using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>The dot product of an edge's two ends, 64 numbers each: in plain loops, in vectors, with rows ahead prefetched.</summary>
[Config(typeof(LadderConfig))]
public unsafe class SddmmBenchmarks : IWork
{
    private const int Width = 64;
    private CpuDevice one = null!, all = null!;
    private Sddmm single, shared;
    private int[] start = null!, column = null!;
    private float[] x = null!, y = null!;

    [Params("cora", "arxiv")]
    public string Graph { get; set; } = "";

    private GraphRecipe Recipe => GraphRecipe.Named(Graph);

    double IWork.Bytes => 4.0 * Width * (Recipe.Edges + Recipe.Nodes) + 8.0 * Recipe.Edges;

    double IWork.Operations => 2.0 * Width * Recipe.Edges;

    double IWork.Bandwidth(Roofline roof) => roof.Gather;

    [GlobalSetup]
    public void Setup()
    {
        var graph = SyntheticGraph.Generate(Recipe);
        (start, column, x, y) = (graph.RowStart, graph.Column, Recipe.Dense(Width), new float[Recipe.Edges]);
        (one, all) = (new CpuDevice(1), new CpuDevice());
        (single, shared) = (On(one), On(all));

        Sddmm On(CpuDevice cpu)
        {
            var operand = Tensor.From(cpu, new Shape(Recipe.Nodes, Width), x);
            return new(new HostCsr(start, column, Recipe.Nodes).To(cpu), operand, operand, new Tensor(cpu, new Shape(Recipe.Edges)), RowScale: null, ColumnScale: null, Accumulate: false);
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
        for (var row = 0; row < start.Length - 1; row++)
            for (var entry = start[row]; entry < start[row + 1]; entry++)
            {
                var dot = 0f;
                for (var j = 0; j < Width; j++) dot += x[row * Width + j] * x[column[entry] * Width + j];
                y[entry] = dot;
            }
    }

    [Benchmark]
    public void Vectors()
    {
        fixed (float* source = x)
            for (var row = 0; row < start.Length - 1; row++)
                for (var entry = start[row]; entry < start[row + 1]; entry++)
                {
                    var dot = Vector256<float>.Zero;
                    for (var j = 0; j < Width; j += 8) dot += Vector256.Load(source + row * Width + j) * Vector256.Load(source + column[entry] * Width + j);
                    y[entry] = Vector256.Sum(dot);
                }
    }

    [Benchmark]
    public void Ours() => one.Run(single);

    [Benchmark]
    public void OursAllThreads() => all.Run(shared);
}
