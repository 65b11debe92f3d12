using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>What may be chosen in a <see cref="GenConv"/>; the defaults are PyG's.</summary>
public sealed record GenOptions
{
    /// <summary>Makes the norm of a hidden layer from its device and width; null for none.</summary>
    public Func<Device, int, TensorModule>? Norm { get; init; } = (device, width) => new BatchNorm(device, width);

    /// <summary>Whether aggregated messages get the length of the node's row, by <see cref="MessageNorm"/>.</summary>
    public bool MessageNorm { get; init; }

    /// <summary>Whether the scale of that norm learns.</summary>
    public bool LearnMessageScale { get; init; }

    /// <summary>Linear maps of the perceptron at the end.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>How much wider its hidden layers are.</summary>
    public int Expansion { get; init; } = 2;

    /// <summary>What is added to each message, ε.</summary>
    public float Epsilon { get; init; } = 1e-7f;

    /// <summary>Whether linear maps have a bias.</summary>
    public bool Bias { get; init; }

    /// <summary>Attributes of an edge, d; 0 for none.</summary>
    public int EdgeWidth { get; init; }
}

/// <summary>Generalised graph convolution: yᵢ = mlp(xᵢ + AGG(relu(xⱼ + eᵢⱼ) + ε)), over the edges j → i, AGG a softmax or power mean whose sharpness may learn.</summary>
/// <remarks>
/// Li et al. 2020, arXiv:2006.07739, eqs. 2 to 12; options and names as PyG's <c>GENConv</c>: <c>aggr_module.t</c> or <c>.p</c>,
/// <c>lin_src</c>, <c>lin_dst</c> (where inputs and outputs differ), <c>lin_edge</c> (where d and outputs differ), <c>mlp.0</c>, …,
/// <c>msg_norm.scale</c>. Without edge attributes messages belong to nodes; with them they are made a run of edges at a time, and again in backward.
/// </remarks>
public sealed class GenConv : Module
{
    private readonly int outputs;
    private readonly float epsilon;

    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="aggregator">AGG, which becomes the layer's own; null for a softmax with t = 1.</param>
    /// <param name="options">Its parts and constants; null for PyG's.</param>
    public GenConv(Device device, int inputs, int outputs, Rng rng, Aggregator? aggregator = null, GenOptions? options = null)
    {
        options ??= new();
        (this.outputs, epsilon) = (outputs, options.Epsilon);
        Aggr = Add("aggr_module", aggregator ?? new SoftmaxAggregation(device));
        if (inputs != outputs)
        {
            LinSrc = Add("lin_src", new Linear(device, inputs, outputs, rng, options.Bias));
            LinDst = Add("lin_dst", new Linear(device, inputs, outputs, rng, options.Bias));
        }
        if (options.EdgeWidth > 0 && options.EdgeWidth != outputs) LinEdge = Add("lin_edge", new Linear(device, options.EdgeWidth, outputs, rng, options.Bias));
        Mlp = Add("mlp", new Sequential(Steps(device, outputs, rng, options)));
        if (options.MessageNorm) MessageNorm = Add("msg_norm", new MessageNorm(device, options.LearnMessageScale));
    }

    /// <summary>AGG.</summary>
    public Aggregator Aggr { get; }

    /// <summary>Brings neighbours to the output's width, or null.</summary>
    public Linear? LinSrc { get; }

    /// <summary>Brings a node's own row to the output's width, or null.</summary>
    public Linear? LinDst { get; }

    /// <summary>Brings edge attributes to the output's width, or null.</summary>
    public Linear? LinEdge { get; }

    /// <summary>The perceptron at the end.</summary>
    public Sequential Mlp { get; }

    /// <summary>The norm of messages, or null.</summary>
    public MessageNorm? MessageNorm { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="edgeAttr">e[e, d] in the graph's canonical order, or null.</param>
    public Var Forward(Graph graph, Var x, Var? edgeAttr = null)
    {
        var source = LinSrc?.Forward(x) ?? x;
        var y = edgeAttr is null
            ? Aggr.Forward(source.Relu() + epsilon, graph)
            : graph.Aggregate(Aggr, outputs, outputs, Message, [source, edgeAttr], LinEdge is null ? [] : [LinEdge]);
        if (MessageNorm is not null) y = MessageNorm.Forward(x, y);
        return Mlp.Forward(y + (LinDst?.Forward(x) ?? x));

        Var Message(EdgeBlock block)
        {
            var own = block.Own(edgeAttr);
            return (block.Source(source) + (LinEdge?.Forward(own) ?? own)).Relu() + epsilon;
        }
    }

    // PyG's perceptron holds a dropout of 0 after each hidden layer, which counts in the names of what follows.
    private static IEnumerable<TensorModule> Steps(Device device, int outputs, Rng rng, GenOptions options)
    {
        var hidden = outputs * options.Expansion;
        for (var layer = 0; layer < options.Layers; layer++)
        {
            var last = layer == options.Layers - 1;
            yield return new Linear(device, layer == 0 ? outputs : hidden, last ? outputs : hidden, rng, options.Bias);
            if (last) yield break;
            if (options.Norm is { } norm) yield return norm(device, hidden);
            yield return new Activation(ActivationKind.Relu);
            yield return new Dropout(0f);
        }
    }
}
