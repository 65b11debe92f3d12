using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>Softmax over in-edges, four heads: a head at a time in plain loops, and eight floats at a time whatever the heads.</summary>
[Config(typeof(LadderConfig))]
public class EdgeSoftmaxBenchmarks : IWork
{
    private const int Heads = 4;
    private CpuDevice one = null!, all = null!;
    private EdgeSoftmax single, shared;
    private int[] start = null!;
    private float[] score = null!, alpha = null!;

    [Params("cora", "arxiv")]
    public string Graph { get; set; } = "";

    private GraphRecipe Recipe => GraphRecipe.Named(Graph);

    double IWork.Bytes => 8.0 * Heads * Recipe.Edges;

    double IWork.Operations => 20.0 * Heads * Recipe.Edges;   // an exponential is some sixteen

    double IWork.Bandwidth(Roofline roof) => roof.Copy;

    [GlobalSetup]
    public void Setup()
    {
        var graph = SyntheticGraph.Generate(Recipe);
        (start, score, alpha) = (graph.RowStart, (Recipe with { Nodes = Recipe.Edges }).Dense(Heads), new float[Recipe.Edges * Heads]);
        (one, all) = (new CpuDevice(1), new CpuDevice());
        (single, shared) = (On(one), On(all));

        EdgeSoftmax On(CpuDevice cpu)
        {
            var operand = Tensor.From(cpu, new Shape(Recipe.Edges, Heads), score);
            return new(new HostCsr(graph.RowStart, graph.Column, Recipe.Nodes).To(cpu), operand, new Tensor(cpu, operand.Shape));
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
            for (var head = 0; head < Heads; head++)
            {
                int first = start[row] * Heads + head, end = start[row + 1] * Heads;
                float max = float.NegativeInfinity, sum = 0f;
                for (var i = first; i < end; i += Heads) max = MathF.Max(max, score[i]);
                for (var i = first; i < end; i += Heads) sum += alpha[i] = MathF.Exp(score[i] - max);
                for (var i = first; i < end; i += Heads) alpha[i] /= sum;
            }
    }

    [Benchmark]
    public void Ours() => one.Run(single);

    [Benchmark]
    public void OursAllThreads() => all.Run(shared);
}
