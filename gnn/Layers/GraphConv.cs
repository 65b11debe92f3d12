using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>y = W_rel·AGG(w·x_j) + b + W_root·x_i, over the edges j → i.</summary>
/// <remarks>Morris et al. 2019, arXiv:1810.02244, eq. 3; options and names as PyG's <c>GraphConv</c>: <c>lin_rel.weight</c>, <c>lin_rel.bias</c>, <c>lin_root.weight</c>. A mean divides by the number of edges.</remarks>
public sealed class GraphConv : Module
{
    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="bias">Whether there is a b.</param>
    public GraphConv(Device device, int inputs, int outputs, Rng rng, bool bias = true)
    {
        LinRel = Add("lin_rel", new Linear(device, inputs, outputs, rng, bias));
        LinRoot = Add("lin_root", new Linear(device, inputs, outputs, rng, bias: false));
    }

    /// <summary>How neighbours become one row.</summary>
    public Aggregation Aggr { get; init; } = Aggregation.Sum;

    /// <summary>Another way in which neighbours become one row, of the same width, used instead of <see cref="Aggr"/>; it becomes the layer's own, as <c>aggr_module</c>.</summary>
    public Aggregator? AggrModule
    {
        get;
        init => field = value is null ? null : Add("aggr_module", value);
    }

    /// <summary>W_rel and b.</summary>
    public Linear LinRel { get; }

    /// <summary>W_root.</summary>
    public Linear LinRoot { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="weight">w[e] in the graph's canonical order; null for ones. Messages with weights are aggregated a run of edges at a time where <see cref="AggrModule"/> is given.</param>
    public Var Forward(Graph graph, Var x, Tensor? weight = null) => LinRel.Of(Neighbours(graph, x, weight)).PlusLinear(x, LinRoot.WeightOn(x.Tape));

    private Var Neighbours(Graph graph, Var x, Tensor? weight)
    {
        if (AggrModule is null) return graph.Aggregate(Aggr, x, weight);
        if (weight is null) return AggrModule.Forward(x, graph);
        var column = x.Tape.Input(weight).Reshape(graph.Edges, 1);
        return graph.Aggregate(AggrModule, x.Shape[1], x.Shape[1], block => block.Source(x) * block.Own(column), [x, column]);
    }
}
