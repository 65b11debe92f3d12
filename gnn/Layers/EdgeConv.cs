using GraphTune.Autograd;
using GraphTune.Autograd.Ops;

namespace GraphTune.Gnn.Layers;

/// <summary>Edge convolution: yᵢ = AGG nn([xᵢ, xⱼ − xᵢ]), over the edges j → i.</summary>
/// <remarks>
/// Wang et al. 2019, arXiv:1801.07829, eqs. 7 and 8; options and names as PyG's <c>EdgeConv</c>: <c>nn.*</c>. The network's first linear map
/// runs on nodes, since W·[xᵢ, xⱼ − xᵢ] = (W₁ − W₂)·xᵢ + W₂·xⱼ; what follows runs on a run of edges at a time, and again in backward.
/// </remarks>
public sealed class EdgeConv : Module
{
    private readonly EdgeNetwork network;
    private readonly Aggregation aggr;
    private readonly int outputs;

    /// <summary>Takes ownership of a module.</summary>
    /// <param name="nn">From [edges, 2·inputs] to [edges, outputs], a row at a time (but for norms over all edges, which make the layer hold something for each edge).</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="aggr">How the edges of a node become one row.</param>
    public EdgeConv(TensorModule nn, int outputs, Aggregation aggr = Aggregation.Max)
    {
        Nn = Add("nn", nn);
        (this.outputs, network, this.aggr) = (outputs, new EdgeNetwork(nn), aggr);
    }

    /// <summary>Another way in which neighbours become one row, of the same width, used instead of the simple ones; it becomes the layer's own, as <c>aggr_module</c>.</summary>
    public Aggregator? AggrModule
    {
        get;
        init => field = value is null ? null : Add("aggr_module", value);
    }

    /// <summary>What is computed for each edge.</summary>
    public TensorModule Nn { get; }

    /// <summary>y[n, outputs]; 0 for a node without edges into it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    public Var Forward(Graph graph, Var x)
    {
        var aggregator = AggrModule ?? Aggregator.From(aggr);
        if (network.First is not { } first) return graph.Aggregate(aggregator, outputs, network.Widest, Whole, [x], Nn);
        var width = x.Shape[1];
        var weight = x.Tape.Input(first.WeightOn(x.Tape));
        var neighbour = weight.Columns(width..);
        Var target = x.Linear(weight.Columns(..width) - neighbour, first.Bias), source = x.Linear(neighbour);
        return graph.Aggregate(aggregator, outputs, network.Widest, block => network.AfterFirst(block.Source(source) + block.Target(target)), [source, target], Nn);

        Var Whole(EdgeBlock block)
        {
            var own = block.Target(x);
            return Nn.Forward(own.Concat(block.Source(x) - own));
        }
    }
}
