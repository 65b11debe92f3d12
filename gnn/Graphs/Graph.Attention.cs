using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

public sealed partial class Graph
{
    /// <summary>alpha[e,h] = softmax of score[e,h] over the edges into each node.</summary>
    /// <param name="score">score[e] or score[e,h] in canonical order.</param>
    public Var Softmax(Var score) => new EdgeSoftmax(score, In).Apply();

    /// <summary>yᵢ = Σⱼ αᵢⱼ·xⱼ, αᵢⱼ = softmaxⱼ LeakyReLU(sourceⱼ + targetᵢ + edgeᵢⱼ), in one pass.</summary>
    /// <inheritdoc cref="Autograd.Ops.Attend"/>
    public Var Attend(Var x, Var source, Var target, Var? edge = null, float slope = 0.2f, float drop = 0f) =>
        new Attend(x, source, target, edge, In, Out, slope, drop).Apply();

    /// <summary>score[e,h] = Σ weight·LeakyReLU(lⱼ + rᵢ + W·aₑ) over each head's channels.</summary>
    /// <inheritdoc cref="Autograd.Ops.PairScore"/>
    public Var PairScore(Var l, Var r, Tensor weight, Tensor? edgeAttr = null, Tensor? edgeWeight = null, float slope = 0.2f) =>
        new PairScore(l, r, weight, edgeAttr, edgeWeight, In, Out, slope).Apply();

    /// <summary>y[e,h] = ⟨target[i,h], source[j,h]⟩ over the edges j → i.</summary>
    /// <param name="target">target[targets,h,f].</param>
    /// <param name="source">source[sources,h,f].</param>
    public Var Dot(Var target, Var source) => new EdgeDot(target, source, In, Out).Apply();

    /// <summary>y[e,h] = ⟨target[i,h], own[e,h]⟩: each node against the rows of the edges into it.</summary>
    /// <param name="target">target[targets,h,f].</param>
    /// <param name="own">own[e,h,f] in canonical order. Narrow: f is the width of an edge's attributes.</param>
    public Var DotWithEdges(Var target, Var own) => new EdgeDot(target, own, OwnEdges.In, OwnEdges.Out).Apply();

    /// <summary>y[i,h] = Σ weight[e,h]·own[e,h] over the edges into node i.</summary>
    /// <param name="own">own[e,h,f] in canonical order.</param>
    /// <param name="weight">weight[e,h].</param>
    public Var SumOfEdges(Var own, Var weight) => new Aggregate(own, OwnEdges.In, OwnEdges.Out, weight).Apply();

    /// <summary>The graph with every loop taken away and one put at each node, and edge attributes to match.</summary>
    /// <param name="attributes">attributes[e,d] in canonical order, or null.</param>
    /// <param name="fill">What the new loops' attributes are.</param>
    /// <remarks>What attention layers do. Made once for each fill.</remarks>
    public (Graph Graph, Var? Attributes) ReplaceSelfLoops(Var? attributes, LoopFill fill)
    {
        var replaced = Once($"{nameof(ReplaceSelfLoops)} {fill.Key}", () =>
        {
            var edges = ToEdgeList();
            var rewrite = fill.Reduce is { } reduce ? edges.ReplaceSelfLoops(reduce) : edges.ReplaceSelfLoops(fill.Values);
            return new LoopedGraph(From(Device, rewrite.Edges), rewrite);
        });
        return (replaced.Graph, attributes is null ? null : replaced.Map.Apply(attributes));
    }

    // Every edge as a source node of its own, so that rows of edges are gathered as rows of nodes are.
    private OwnPattern OwnEdges => Once(nameof(OwnEdges), () =>
    {
        var own = host with { Column = [.. Enumerable.Range(0, Edges)], Columns = Edges, Edge = null };
        return new OwnPattern(own.To(Device), own.Transposed().To(Device));
    });

    private sealed record OwnPattern(Csr In, Csr Out) : IDisposable
    {
        public void Dispose()
        {
            In.Dispose();
            Out.Dispose();
        }
    }
}
