using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>Sums over in-edges of one graph, always into the same tensor.</summary>
internal sealed class SumPass : IDisposable
{
    private readonly CpuDevice cpu;
    private readonly Csr pattern;
    private readonly Tensor x;

    /// <param name="cpu">Where it runs; the caller's.</param>
    /// <param name="recipe">The graph.</param>
    /// <param name="width">Columns of x.</param>
    public SumPass(CpuDevice cpu, GraphRecipe recipe, int width)
    {
        this.cpu = cpu;
        var graph = SyntheticGraph.Generate(recipe);
        pattern = new HostCsr(graph.RowStart, graph.Column, recipe.Nodes).To(cpu);
        (x, Y) = (Tensor.From(cpu, new Shape(recipe.Nodes, width), recipe.Dense(width)), new(cpu, new Shape(recipe.Nodes, width)));
    }

    /// <summary>The sums.</summary>
    public Tensor Y { get; }

    /// <summary>One pass.</summary>
    public void Run() => cpu.Run(new SpMM(pattern, x, Y));

    public void Dispose()
    {
        pattern.Dispose();
        x.Dispose();
        Y.Dispose();
    }
}
