using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

public sealed partial class Graph
{
    /// <summary>alpha[e,h] = softmax of score[e,h] over the edges into each node.</summary>
    /// <param name="score">score[e] or score[e,h] in canonical order.</param>
    public Var Softmax(Var score) => new EdgeSoftmax(score, In).Apply();

    /// <summary>GAT's attention in one pass: yᵢ = Σⱼ αᵢⱼ·xⱼ, αᵢⱼ = softmaxⱼ LeakyReLU(sourceⱼ + targetᵢ + edgeᵢⱼ), head by head.</summary>
    /// <param name="x">x[sources,h·f], the features of all heads side by side.</param>
    /// <param name="source">source[sources,h].</param>
    /// <param name="target">target[targets,h].</param>
    /// <param name="edge">edge[e,h] in canonical order, or null.</param>
    /// <param name="slope">The slope of the leaky ReLU below 0.</param>
    /// <param name="drop">The probability that a weight is dropped in training, 0 up to 1.</param>
    public Var Attend(Var x, Var source, Var target, Var? edge = null, float slope = 0.2f, float drop = 0f) =>
        new Attend<Kernels.AdditiveScore>(source.Shape.RowLength, x, source, target, null, edge, null, In, Out, slope, drop).Apply();

    /// <summary>GATv2's attention in one pass: yᵢ = Σⱼ αᵢⱼ·lⱼ, αᵢⱼ = softmaxⱼ Σ weight·LeakyReLU(lⱼ + rᵢ + W·aₑ) over each head's channels.</summary>
    /// <param name="l">l[sources,h·c], of the node an edge comes from.</param>
    /// <param name="r">r[targets,h·c], of the node an edge goes to.</param>
    /// <param name="weight">weight[h,c].</param>
    /// <param name="edgeAttr">a[e,d] in canonical order, or null.</param>
    /// <param name="edgeWeight">W[h·c,d], or null; with <paramref name="edgeAttr"/>.</param>
    /// <param name="slope">The slope of the leaky ReLU below 0.</param>
    /// <param name="drop">The probability that a weight is dropped in training, 0 up to 1.</param>
    public Var AttendPair(Var l, Var r, Tensor weight, Tensor? edgeAttr = null, Tensor? edgeWeight = null, float slope = 0.2f, float drop = 0f) =>
        new Attend<Kernels.AdditiveScore>(weight.Shape[0], l, l, r, weight, edgeAttr, edgeWeight, In, Out, slope, drop).Apply();

    /// <summary>A transformer's attention in one pass: yᵢ = Σⱼ αᵢⱼ·(valueⱼ + zᵢⱼ), αᵢⱼ = softmaxⱼ ⟨queryᵢ, keyⱼ + zᵢⱼ⟩ / √c, z = W·aₑ, head by head.</summary>
    /// <param name="heads">The number of heads, h.</param>
    /// <param name="query">query[targets,h·c].</param>
    /// <param name="key">key[sources,h·c].</param>
    /// <param name="value">value[sources,h·c].</param>
    /// <param name="edgeAttr">a[e,d] in canonical order, or null.</param>
    /// <param name="edgeWeight">W[h·c,d]; null where a[e,h·c] are channels already.</param>
    /// <param name="drop">The probability that a weight is dropped in training, 0 up to 1.</param>
    public Var AttendDot(int heads, Var query, Var key, Var value, Tensor? edgeAttr = null, Tensor? edgeWeight = null, float drop = 0f) =>
        new Attend<Kernels.DotScore>(heads, value, key, query, null, edgeAttr, edgeWeight, In, Out, MathF.Sqrt((float)heads / key.Shape.RowLength), drop, EdgeInValue: true).Apply();

    /// <summary>y[e,h] = ⟨target[i,h], source[j,h]⟩ over the edges j → i.</summary>
    /// <param name="target">target[targets,h,f].</param>
    /// <param name="source">source[sources,h,f].</param>
    public Var Dot(Var target, Var source) => new EdgeDot(target, source, In, Out).Apply();

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
}
