using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn;

/// <summary>How a graph's Laplacian is scaled.</summary>
public enum LaplacianNorm
{
    /// <summary>D − A.</summary>
    None,

    /// <summary>I − D^(−1/2)·A·D^(−1/2).</summary>
    Symmetric,

    /// <summary>I − D⁻¹·A.</summary>
    RandomWalk,
}

public sealed partial class Graph
{
    /// <summary>The graph without loops. Made once.</summary>
    public Graph WithoutSelfLoops() => Loopless.Graph;

    /// <summary>The Laplacian as a graph with one loop at each node, and one weight per edge. Loops that were there are left out.</summary>
    /// <param name="weight">w[e] in canonical order, with gradients if it tracks.</param>
    /// <param name="norm">How it is scaled.</param>
    /// <returns>The graph, and its weights in canonical order.</returns>
    /// <remarks>PyG's <c>get_laplacian</c>: D sums the weights of the edges out of each node, and 1 / 0 counts as 0.</remarks>
    public (Graph Graph, Var Weight) Laplacian(Var weight, LaplacianNorm norm = LaplacianNorm.None)
    {
        var (off, degree) = OffDiagonal(weight, norm);
        var full = Diagonal;
        var weights = full.Map.Apply(off * -1f) + (norm == LaplacianNorm.None ? full.Spread.Apply(degree) : full.OnLoops);
        return (full.Graph, weights);
    }

    /// <summary>The weights of the graph without loops scaled by the degrees of the edges' sources, as the Laplacian takes them away from its diagonal.</summary>
    /// <inheritdoc cref="Laplacian"/>
    /// <returns>w / √(dⱼ·dᵢ), w / dⱼ or w in the canonical order of <see cref="WithoutSelfLoops"/>, and the degrees.</returns>
    internal (Var Weight, Var Degree) OffDiagonal(Var weight, LaplacianNorm norm)
    {
        if (Nodes != Sources) throw new ShapeException($"Laplacian: the graph is bipartite, {this}");
        var (graph, map) = (Loopless.Graph, Loopless.Map);
        var w = map.Apply(weight);
        var degree = w.Segment(Aggregation.Sum, graph.Once(nameof(Source), () => RowIndex.From(Device, graph.host.Column, Nodes)));
        if (norm == LaplacianNorm.None) return (w, degree);
        var scale = norm == LaplacianNorm.Symmetric ? degree.Map<InverseRoot>() : degree.Map<InverseOrZero>();
        return (new Autograd.Ops.EdgeScale(w, norm == LaplacianNorm.Symmetric ? scale : null, scale, graph.In, graph.Out).Apply(), degree);
    }

    /// <summary>The largest of the edges' numbers: y[1].</summary>
    internal Var Largest(Var weight) => weight.Reshape(Edges, 1).Segment(Aggregation.Max, Once(nameof(Largest), () => RowIndex.From(Device, new int[Edges], 1))).Reshape(1);

    private LoopedGraph Loopless => Once(nameof(WithoutSelfLoops), () =>
    {
        var rewrite = ToEdgeList().RemoveSelfLoops();
        return new LoopedGraph(From(Device, rewrite.Edges), rewrite);
    });

    private DiagonalGraph Diagonal => Once(nameof(Diagonal), () => new DiagonalGraph(Loopless.Graph));

    // The graph with a loop at each node; its weights are those of the other edges and, on the loops, those of the nodes.
    private sealed class DiagonalGraph : IDisposable
    {
        public DiagonalGraph(Graph loopless)
        {
            var rewrite = loopless.ToEdgeList().AddSelfLoops(0f);
            Graph = From(loopless.Device, rewrite.Edges);
            Map = (rewrite with { Origin = rewrite.Origin.Permuted(Graph.host.Edge!) }).To(Graph.Device);
            var target = Graph.ToEdgeList().Target;
            bool[] loop = [.. target.Select((i, e) => i == Graph.host.Column[e])];
            var start = new int[loop.Length + 1];
            for (var e = 0; e < loop.Length; e++) start[e + 1] = start[e] + (loop[e] ? 1 : 0);
            Spread = new RowMap(Graph.Device, new HostCsr(start, [.. target.Where((_, e) => loop[e])], Graph.Nodes), Aggregation.Sum, 0f);
            OnLoops = Tensor.From(Graph.Device, new Shape(loop.Length), [.. loop.Select(on => on ? 1f : 0f)]);
        }

        public Graph Graph { get; }

        public RowMap Map { get; }

        public RowMap Spread { get; }

        public Tensor OnLoops { get; }

        public void Dispose()
        {
            Graph.Dispose();
            Map.Dispose();
            Spread.Dispose();
            OnLoops.Dispose();
        }
    }
}
