using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>The largest over in-edges, 64 channels, with the number of equal ones that its gradient needs: in plain loops, in vectors, in registers.</summary>
[Config(typeof(LadderConfig))]
public unsafe class FoldBenchmarks : IWork
{
    private const int Width = 64;
    private CpuDevice one = null!, all = null!;
    private Fold<Largest> single, shared;
    private int[] start = null!, column = null!;
    private float[] x = null!, y = null!, note = null!;

    [Params("cora", "arxiv")]
    public string Graph { get; set; } = "";

    private GraphRecipe Recipe => GraphRecipe.Named(Graph);

    double IWork.Bytes => 4.0 * Width * (Recipe.Edges + 2.0 * Recipe.Nodes) + 4.0 * Recipe.Edges;

    double IWork.Operations => 2.0 * Width * Recipe.Edges;

    double IWork.Bandwidth(Roofline roof) => roof.Gather;

    [GlobalSetup]
    public void Setup()
    {
        var graph = SyntheticGraph.Generate(Recipe);
        (start, column, x) = (graph.RowStart, graph.Column, Recipe.Dense(Width));
        (y, note) = (new float[x.Length], new float[x.Length]);
        (one, all) = (new CpuDevice(1), new CpuDevice());
        (single, shared) = (On(one), On(all));

        Fold<Largest> On(CpuDevice cpu)
        {
            var operand = Tensor.From(cpu, new Shape(Recipe.Nodes, Width), x);
            return new(new HostCsr(start, column, Recipe.Nodes).To(cpu), operand, null, new Tensor(cpu, operand.Shape), new Tensor(cpu, operand.Shape));
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
        Array.Fill(y, float.NegativeInfinity);
        for (var row = 0; row < start.Length - 1; row++)
            for (var entry = start[row]; entry < start[row + 1]; entry++)
                for (var j = 0; j < Width; j++)
                {
                    int to = row * Width + j, from = column[entry] * Width + j;
                    if (x[from] == y[to]) note[to]++;
                    if (x[from] > y[to]) (y[to], note[to]) = (x[from], 1f);
                }
    }

    [Benchmark]
    public void Vectors()
    {
        Array.Fill(y, float.NegativeInfinity);
        fixed (float* source = x, target = y, equal = note)
            for (var row = 0; row < start.Length - 1; row++)
                for (var entry = start[row]; entry < start[row + 1]; entry++)
                    for (var j = 0; j < Width; j += 8)
                    {
                        var to = row * Width + j;
                        Vector256<float> v = Vector256.Load(source + column[entry] * Width + j), most = Vector256.Load(target + to), count = Vector256.Load(equal + to);
                        count = Vector256.ConditionalSelect(Vector256.Equals(v, most), count + Vector256<float>.One, Vector256.ConditionalSelect(Vector256.GreaterThan(v, most), Vector256<float>.One, count));
                        Vector256.Max(v, most).Store(target + to);
                        count.Store(equal + to);
                    }
    }

    [Benchmark]
    public void Ours() => one.Run(single);

    [Benchmark]
    public void OursAllThreads() => all.Run(shared);
}
