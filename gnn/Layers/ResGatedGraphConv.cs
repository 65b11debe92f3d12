using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Residual gated convolution: yᵢ = W_s·xᵢ + b + Σ act(W_k·[xᵢ, e] + W_q·[xⱼ, e]) ⊙ W_v·[xⱼ, e], over the edges e = j → i.</summary>
/// <remarks>
/// Bresson and Laurent 2017, arXiv:1711.07553, eq. 11; options and names as PyG's <c>ResGatedGraphConv</c>: <c>lin_key</c>, <c>lin_query</c>,
/// <c>lin_value</c> with biases, <c>lin_skip.weight</c>, <c>bias</c>. Products with x run on nodes; gates are made a run of edges at a time, and again in backward.
/// </remarks>
public sealed class ResGatedGraphConv : Module
{
    private readonly int inputs, outputs;
    private readonly Activation act;
    private readonly Aggregator aggregator;

    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="edgeWidth">Attributes of an edge, d; 0 for none.</param>
    /// <param name="rootWeight">Whether there is a W_s.</param>
    /// <param name="bias">Whether there is a b.</param>
    /// <param name="act">What makes a gate.</param>
    /// <param name="aggr">How messages become one row.</param>
    public ResGatedGraphConv(Device device, int inputs, int outputs, Rng rng, int edgeWidth = 0, bool rootWeight = true, bool bias = true,
        ActivationKind act = ActivationKind.Sigmoid, Aggregation aggr = Aggregation.Sum)
    {
        (this.inputs, this.outputs, this.act, aggregator) = (inputs, outputs, new Activation(act), Aggregator.From(aggr));
        LinKey = Add("lin_key", new Linear(device, inputs + edgeWidth, outputs, rng));
        LinQuery = Add("lin_query", new Linear(device, inputs + edgeWidth, outputs, rng));
        LinValue = Add("lin_value", new Linear(device, inputs + edgeWidth, outputs, rng));
        if (rootWeight) LinSkip = Add("lin_skip", new Linear(device, inputs, outputs, rng, bias: false));
        if (bias) Bias = Add("bias", Init.Constant(device, new Shape(outputs), 0f));
    }

    /// <summary>W_k, of the node an edge goes to.</summary>
    public Linear LinKey { get; }

    /// <summary>W_q, of the node an edge comes from.</summary>
    public Linear LinQuery { get; }

    /// <summary>W_v, of the node an edge comes from.</summary>
    public Linear LinValue { get; }

    /// <summary>W_s, or null.</summary>
    public Linear? LinSkip { get; }

    /// <summary>b[outputs], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="edgeAttr">e[e, d] in the graph's canonical order, or null.</param>
    public Var Forward(Graph graph, Var x, Var? edgeAttr = null)
    {
        Var key = OfNodes(x, LinKey), query = OfNodes(x, LinQuery), value = OfNodes(x, LinValue);
        Var? gateMap = edgeAttr is null ? null : OfEdges(x.Tape, LinKey) + OfEdges(x.Tape, LinQuery), valueMap = edgeAttr is null ? null : OfEdges(x.Tape, LinValue);
        var y = graph.Aggregate(aggregator, outputs, outputs, Message, [key, query, value, edgeAttr, gateMap, valueMap]);
        if (LinSkip is not null) y = y + LinSkip.Forward(x);
        return Bias is null ? y : y + Bias;

        Var Message(EdgeBlock block)
        {
            Var gate = block.Target(key) + block.Source(query), message = block.Source(value);
            if (edgeAttr is null) return act.Forward(gate) * message;
            var own = block.Own(edgeAttr);
            return act.Forward(gate + own.Linear(block.Whole(gateMap!))) * (message + own.Linear(block.Whole(valueMap!)));
        }
    }

    private Var OfNodes(Var x, Linear lin) => x.Linear(x.Tape.Input(lin.WeightOn(x.Tape)).Columns(..inputs), lin.Bias);

    private Var OfEdges(Tape tape, Linear lin) => tape.Input(lin.WeightOn(tape)).Columns(inputs..);
}
