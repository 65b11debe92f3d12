using BenchmarkDotNet.Attributes;
using GraphTune.Engine;

namespace GraphTune.Benchmarks;

/// <summary>A ladder over the in-edges of a graph: our kernel on one thread and on all, above the rungs of a class of its own.</summary>
[Config(typeof(LadderConfig))]
public abstract class GraphLadder<TKernel> : IWork where TKernel : struct, IKernel
{
    private CpuDevice one = null!, all = null!;
    private TKernel single, shared;

    [Params("cora", "arxiv")]
    public string Graph { get; set; } = "";

    private protected GraphRecipe Recipe => GraphRecipe.Named(Graph);

    private protected int[] Start { get; private set; } = [];

    private protected int[] Column { get; private set; } = [];

    double IWork.Bytes => Bytes;

    double IWork.Operations => Operations;

    double IWork.Bandwidth(Roofline roof) => Bandwidth(roof);

    private protected abstract double Bytes { get; }

    private protected abstract double Operations { get; }

    private protected virtual double Bandwidth(Roofline roof) => roof.Gather;

    /// <summary>The arrays of the other rungs.</summary>
    private protected abstract void Prepare();

    /// <summary>Our kernel.</summary>
    private protected abstract TKernel On(CpuDevice cpu, Csr pattern);

    [GlobalSetup]
    public void Setup()
    {
        var graph = SyntheticGraph.Generate(Recipe);
        (Start, Column) = (graph.RowStart, graph.Column);
        Prepare();
        (one, all) = (new CpuDevice(1), new CpuDevice());
        (single, shared) = (On(one, Pattern(one)), On(all, Pattern(all)));

        Csr Pattern(CpuDevice cpu) => new HostCsr(Start, Column, Recipe.Nodes).To(cpu);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        one.Dispose();
        all.Dispose();
    }

    [Benchmark]
    public void Ours() => one.Run(single);

    [Benchmark]
    public void OursAllThreads() => all.Run(shared);
}
