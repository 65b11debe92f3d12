using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Edge-conditioned convolution: yᵢ = W·xᵢ + b + AGG xⱼ·nn(eᵢⱼ), over the edges j → i, nn(e) read as a matrix [inputs, outputs].</summary>
/// <remarks>
/// Gilmer et al. 2017, arXiv:1704.01212, section 5, and Simonovsky and Komodakis 2017, arXiv:1704.02901; options and names as PyG's
/// <c>NNConv</c>: <c>nn.*</c>, <c>lin.weight</c> (W), <c>bias</c>. Where the network ends in a linear map of h, Σ xⱼ·(Σₖ hₖ·Mₖ) =
/// Σₖ (Σ hₖ·xⱼ)·Mₖ: the products with M run on nodes, and no matrix per edge is made. Works on a run of edges at a time, and again in backward.
/// </remarks>
public sealed class NnConv : Module
{
    private readonly int inputs, outputs;
    private readonly Aggregation aggr;
    private readonly EdgeNetwork network;

    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="nn">From e[edges, d] to [edges, inputs·outputs]; it becomes the layer's own.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="aggr">How the edges of a node become one row.</param>
    /// <param name="rootWeight">Whether there is a W.</param>
    /// <param name="bias">Whether there is a b.</param>
    public NnConv(Device device, int inputs, int outputs, TensorModule nn, Rng rng, Aggregation aggr = Aggregation.Sum, bool rootWeight = true, bool bias = true)
    {
        (this.inputs, this.outputs, this.aggr, network) = (inputs, outputs, aggr, new EdgeNetwork(nn));
        if (bias) Bias = Add("bias", Init.Constant(device, new Shape(outputs), 0f));
        Nn = Add("nn", nn);
        if (rootWeight) Lin = Add("lin", new Linear(device, inputs, outputs, rng, bias: false, glorot: true));
    }

    /// <summary>Another way in which neighbours become one row, of the same width, used instead of the simple ones; it becomes the layer's own, as <c>aggr_module</c>.</summary>
    public Aggregator? AggrModule
    {
        get;
        init => field = value is null ? null : Add("aggr_module", value);
    }

    /// <summary>From an edge's attributes to its matrix.</summary>
    public TensorModule Nn { get; }

    /// <summary>W, or null.</summary>
    public Linear? Lin { get; }

    /// <summary>b[outputs], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="edgeAttr">e[e, d] in the graph's canonical order.</param>
    public Var Forward(Graph graph, Var x, Var edgeAttr)
    {
        var y = network.Last is null
            ? graph.Aggregate(Join, outputs, inputs * outputs, block => Message(block, x, edgeAttr), [x, edgeAttr], Nn)
            : graph.Rows(outputs, inputs * network.Last.Weight.Shape[1], block => Factored(block, x, edgeAttr), [x, edgeAttr], Nn, Join);
        if (Lin is not null) y = y + Lin.Forward(x);
        return Bias is null ? y : y + Bias;
    }

    private Aggregator Join => AggrModule ?? Aggregator.From(aggr);

    // xⱼ·nn(e), a matrix for each edge.
    private Var Message(EdgeBlock block, Var x, Var edgeAttr)
    {
        Var matrix = Nn.Forward(block.Own(edgeAttr)), source = block.Source(x);
        return Enumerable.Range(0, inputs).Select(i => matrix.Columns((i * outputs)..((i + 1) * outputs)) * source.Columns(i..(i + 1))).Aggregate((sum, part) => sum + part);
    }

    // The sum over edges first, of outer products of h and xⱼ, then the product with the last map's weights.
    private Var Factored(EdgeBlock block, Var x, Var edgeAttr)
    {
        Var h = network.BeforeLast(block.Own(edgeAttr)), source = block.Source(x);
        var commutes = AggrModule is null && aggr is Aggregation.Sum or Aggregation.Mean;
        var (rows, @in, @out) = commutes ? (block.Rows, block.In, block.Out) : (block.Edges, block.EachAlone, block.EachAlone);
        var hidden = h.Shape[1];
        var outer = new OuterSum(h, source, @in, @out).Apply().Reshape(rows, hidden * inputs);
        var y = outer.MatMul(Matrix(block.Tape, hidden));
        if (network.Last!.Bias is { } bias) y = y + Sum(source).MatMul(block.Tape.Input(bias).Reshape(inputs, outputs));
        if (!commutes) return Join.Forward(y, block);
        return aggr is Aggregation.Mean ? y * block.Tape.Input(block.InverseCount).Reshape(block.Rows, 1) : y;

        Var Sum(Var v) => commutes ? v.Aggregate(Aggregation.Sum, block.In, block.Out) : v;
    }

    // M[k·inputs + i, o] from the last map's weight[i·outputs + o, k].
    private Var Matrix(Tape tape, int hidden) => tape.Input(network.Last!.WeightOn(tape)).Transposed().Reshape(hidden * inputs, outputs);
}
