using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>GraphSAGE: y = W_l·AGG(x_j) + b + W_r·x_i, over the edges j → i.</summary>
/// <remarks>
/// Hamilton, Ying and Leskovec 2017, arXiv:1706.02216, algorithm 1; options and parameter names as PyG's <c>SAGEConv</c>: <c>lin_l.weight</c>,
/// <c>lin_l.bias</c>, <c>lin_r.weight</c>, and <c>lin</c> for the projection. Sums and means aggregate on the narrower side of the product, or before it where
/// the graph keeps them (<see cref="Graph.KeepSumsOf"/>).
/// </remarks>
public sealed class SageConv : Module
{
    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="rootWeight">Whether a node's own row takes part, through W_r.</param>
    /// <param name="project">Whether neighbours go through relu(W·x + b) before they are aggregated.</param>
    /// <param name="bias">Whether there is a b.</param>
    public SageConv(Device device, int inputs, int outputs, Rng rng, bool rootWeight = true, bool project = false, bool bias = true)
    {
        if (project) Lin = Add("lin", new Linear(device, inputs, inputs, rng));
        LinL = Add("lin_l", new Linear(device, inputs, outputs, rng, bias));
        if (rootWeight) LinR = Add("lin_r", new Linear(device, inputs, outputs, rng, bias: false));
    }

    /// <summary>How neighbours become one row.</summary>
    public Aggregation Aggr { get; init; } = Aggregation.Mean;

    /// <summary>Another way in which neighbours become one row, of the same width, used instead of <see cref="Aggr"/>; it becomes the layer's own, as <c>aggr_module</c>.</summary>
    public Aggregator? AggrModule
    {
        get;
        init => field = value is null ? null : Add("aggr_module", value);
    }

    /// <summary>Whether each row of y is divided by its Euclidean length.</summary>
    public bool Normalize { get; init; }

    /// <summary>The projection of neighbours, or null.</summary>
    public Linear? Lin { get; }

    /// <summary>W_l and b.</summary>
    public Linear LinL { get; }

    /// <summary>W_r, or null.</summary>
    public Linear? LinR { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    public Var Forward(Graph graph, Var x) => Forward(graph, x, x);

    /// <summary>y[targets, outputs], for a graph whose edges run between two kinds of node.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[sources, inputs].</param>
    /// <param name="root">The targets' own rows, root[targets, inputs].</param>
    public Var Forward(Graph graph, Var x, Var root)
    {
        using var projected = Lin?.Forward(x, relu: true);
        return Finished(Neighbours(graph, projected ?? x, root));
    }

    /// <summary>y[n, outputs] of sparse features, whose neighbours are summed or averaged, without a projection.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <exception cref="InvalidOperationException">Another aggregation, or a projection, which would need dense features.</exception>
    public Var Forward(Graph graph, SparseVar x)
    {
        if (!Commutes || Lin is not null) throw new InvalidOperationException($"SageConv: {(Lin is null ? $"the aggregation {Aggr}" : "a projection")} needs dense features; give a Var");
        using var h = x.Linear(LinL.WeightOn(x.Value.Tape));
        var y = Transformed(graph, h).Apply();
        return Finished(LinR is null ? y : Sum(y, LinR.Forward(x)));
    }

    private bool Commutes => AggrModule is null && Aggr is Aggregation.Sum or Aggregation.Mean;

    // A sum commutes with the product, so it runs on the narrower side, or where its result is kept.
    private Var Neighbours(Graph graph, Var x, Var root)
    {
        if (Commutes && LinL.Weight.Shape[1] > LinL.Weight.Shape[0] && !graph.Keeps(x))
        {
            using var h = x.Linear(LinL.WeightOn(x.Tape));
            return WithRoot(Transformed(graph, h), root);
        }
        using var aggregate = AggrModule?.Forward(x, graph) ?? graph.Aggregate(Aggr, x);
        return WithRoot(LinL.Of(aggregate), root);
    }

    private Op Transformed(Graph graph, Var h) => Aggr == Aggregation.Mean ? graph.MeanOf(h, LinL.Bias) : graph.SumOf(h, LinL.Bias);

    private Var WithRoot(Op neighbours, Var root) => LinR is null ? neighbours.Apply() : neighbours.PlusLinear(root, LinR.WeightOn(root.Tape));

    private Var Finished(Var y)
    {
        if (!Normalize) return y;
        using (y) return y.UnitRows();
    }

    private static Var Sum(Var a, Tensor b)
    {
        using (a)
        using (b as Var)
            return a + b;
    }
}
