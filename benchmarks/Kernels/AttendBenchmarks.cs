using BenchmarkDotNet.Attributes;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>Attention over in-edges, four heads of sixteen: scores, softmax and sum one after another, and fused.</summary>
[Config(typeof(LadderConfig))]
public class AttendBenchmarks : IWork
{
    private const int Heads = 4, Features = 16;
    private CpuDevice one = null!, all = null!;
    private Attend<AdditiveScore> single, shared;
    private Map<LeakyRelu> rectify;
    private AddEnds score;
    private EdgeSoftmax softmax;
    private SpMM sum;

    [Params("cora", "arxiv")]
    public string Graph { get; set; } = "";

    private GraphRecipe Recipe => GraphRecipe.Named(Graph);

    double IWork.Bytes => 4.0 * Heads * (Features + 1.0) * (Recipe.Edges + Recipe.Nodes) + 4.0 * Recipe.Edges;

    double IWork.Operations => 2.0 * Heads * Features * Recipe.Edges;

    double IWork.Bandwidth(Roofline roof) => roof.Gather;

    [GlobalSetup]
    public void Setup()
    {
        var graph = SyntheticGraph.Generate(Recipe);
        (one, all) = (new CpuDevice(1), new CpuDevice());
        (single, shared) = (Fused(one), Fused(all));
        var parts = Fused(one);
        var edges = new Tensor(one, new Shape(Recipe.Edges, Heads));
        score = new AddEnds(parts.In, parts.A.Source, parts.A.Target, edges);
        rectify = new Map<LeakyRelu>(edges, edges, parts.A.Constant);
        softmax = new EdgeSoftmax(parts.In, edges, edges);
        sum = new SpMM(parts.In, new Tensor(parts.A.X, new Shape(Recipe.Nodes, Heads, Features)), new Tensor(parts.Y, new Shape(Recipe.Nodes, Heads, Features)), edges);

        Attend<AdditiveScore> Fused(CpuDevice cpu)
        {
            Shape wide = new(Recipe.Nodes, Heads * Features), narrow = new(Recipe.Nodes, Heads);
            Tensor Dense(Shape shape) => Tensor.From(cpu, shape, Recipe.Dense(shape[1]));
            var operands = new Attention(Heads, Dense(wide), Dense(narrow), Dense(narrow), Weight: null, Edge: null, Map: null, EdgeInValue: false, Constant: 0.2f, Drop: 0f, Key: default);
            return new Attend<AdditiveScore>(new HostCsr(graph.RowStart, graph.Column, Recipe.Nodes).To(cpu), operands, new Tensor(cpu, wide), new Tensor(cpu, narrow));
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        one.Dispose();
        all.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Composed()
    {
        one.Run(score);
        one.Run(rectify);
        one.Run(softmax);
        one.Run(sum);
    }

    [Benchmark]
    public void Ours() => one.Run(single);

    [Benchmark]
    public void OursAllThreads() => all.Run(shared);
}
