using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Sampling;

namespace GraphTune.Gnn.Layers;

/// <summary>Graph convolution: y = Â·x·Wᵀ + b, Â = D^(−1/2)·(A + I)·D^(−1/2).</summary>
/// <remarks>
/// Kipf and Welling 2017, arXiv:1609.02907, eq. 2; options and parameter names as PyG's <c>GCNConv</c>: <c>lin.weight</c>[outputs, inputs],
/// <c>bias</c>[outputs]. Aggregates on the narrower side of the product, or where the graph keeps the sum (<see cref="Graph.KeepSumsOf"/>). O(edges·min(inputs, outputs)) for the aggregation, and no buffer
/// of that size. Without edge weights Â is computed once for each graph and kept there (PyG's <c>cached</c>, at all times).
/// </remarks>
public sealed class GcnConv : Module
{
    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="bias">Whether there is a b.</param>
    public GcnConv(Device device, int inputs, int outputs, Rng rng, bool bias = true)
    {
        if (bias) Bias = Add("bias", Init.Constant(device, new Shape(outputs), 0f));
        Lin = Add("lin", new Linear(device, inputs, outputs, rng, bias: false, glorot: true));
    }

    /// <summary>Whether the loops that are added weigh 2.</summary>
    public bool Improved { get; init; }

    /// <summary>Whether a node without a loop gets one; only where the adjacency is normalised.</summary>
    public bool AddSelfLoops { get; init; } = true;

    /// <summary>Whether the adjacency is normalised; if not, y = A·x·Wᵀ + b.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>W.</summary>
    public Linear Lin { get; }

    /// <summary>b[outputs], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="weight">w[e] in the graph's canonical order; null for ones.</param>
    public Var Forward(Graph graph, Var x, Tensor? weight = null)
    {
        var sumFirst = Lin.Weight.Shape[1] < Lin.Weight.Shape[0] || (weight is null && !(Normalize && Improved) && graph.Keeps(x));
        using var first = sumFirst ? Sum(graph, x, weight) : Lin.Forward(x);
        return sumFirst ? first.Linear(Lin.WeightOn(x.Tape), Bias) : Sum(graph, first, weight, Bias);
    }

    /// <summary>y[targets, outputs] of a sampled batch.</summary>
    /// <param name="block">The edges; weighted by the degrees of the whole graph.</param>
    /// <param name="x">x[sources, inputs].</param>
    public Var Forward(Block block, Var x)
    {
        if (!Normalize) return Propagated(block.Graph, x, null);
        var (a, w) = block.GcnNorm(AddSelfLoops, Improved ? 2f : 1f);
        return Propagated(a, x, w);
    }

    /// <summary>y[n, outputs] of sparse features.</summary>
    /// <inheritdoc cref="Forward(Graph, Var, Tensor)"/>
    public Var Forward(Graph graph, SparseVar x, Tensor? weight = null)
    {
        using var h = Lin.Forward(x);
        return Propagate(graph, h, weight);
    }

    /// <summary>y of h = x·Wᵀ.</summary>
    internal Var Propagate(Graph graph, Var h, Tensor? weight = null) => Sum(graph, h, weight, Bias);

    // Â·x + b
    private Var Sum(Graph graph, Var x, Tensor? weight, Tensor? bias = null)
    {
        if (!Normalize) return graph.Sum(x, weight, bias);
        if (weight is null && !Improved) return graph.GcnSum(x, AddSelfLoops, bias);
        var (a, w) = graph.GcnNorm(weight, AddSelfLoops, Improved, x.Tape);
        return a.Sum(x, w, bias);
    }

    private Var Propagated(Graph a, Var x, Tensor? w)
    {
        using var first = Lin.Weight.Shape[1] < Lin.Weight.Shape[0] ? a.Sum(x, w) : Lin.Forward(x);
        return Lin.Weight.Shape[1] < Lin.Weight.Shape[0] ? first.Linear(Lin.WeightOn(x.Tape), Bias) : a.Sum(first, w, Bias);
    }
}
