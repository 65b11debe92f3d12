using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Graph isomorphism network with edge features: y = nn((1 + ε)·xᵢ + Σ relu(xⱼ + W·eᵢⱼ + b)), over the edges j → i.</summary>
/// <remarks>
/// Hu et al. 2020, arXiv:1905.12265, section A; options and names as PyG's <c>GINEConv</c>: <c>eps</c>[1], <c>nn.*</c>, and <c>lin.*</c>
/// where the attributes are brought to x's width. Messages are made a run of edges at a time, and again in backward.
/// </remarks>
public sealed class GineConv : Module
{
    private readonly Aggregator aggregator;

    /// <summary>Takes ownership of a module.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="nn">Any module from x[n, inputs] to y[n, outputs].</param>
    /// <param name="rng">Draws W, if there is one.</param>
    /// <param name="inputs">Columns of x; needed where there is a W.</param>
    /// <param name="edgeWidth">Attributes of an edge, d; 0 where they have x's width and are added as they are.</param>
    /// <param name="eps">ε, or its first value.</param>
    /// <param name="trainEps">Whether ε learns.</param>
    /// <param name="aggr">How messages become one row.</param>
    public GineConv(Device device, TensorModule nn, Rng rng, int inputs = 0, int edgeWidth = 0, float eps = 0f, bool trainEps = false, Aggregation aggr = Aggregation.Sum)
    {
        aggregator = Aggregator.From(aggr);
        Eps = trainEps ? Add("eps", Init.Constant(device, new Shape(1), eps)) : AddBuffer("eps", Tensor.From(device, new Shape(1), [eps]));
        Nn = Add("nn", nn);
        if (edgeWidth > 0) Lin = Add("lin", new Linear(device, edgeWidth, inputs, rng));
    }

    /// <summary>ε[1], a parameter if it learns.</summary>
    public Tensor Eps { get; }

    /// <summary>What follows the sum.</summary>
    public TensorModule Nn { get; }

    /// <summary>W and b, or null.</summary>
    public Linear? Lin { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="edgeAttr">e[e, d] in the graph's canonical order.</param>
    /// <exception cref="ShapeException">There is no W, and the attributes have another width than x.</exception>
    public Var Forward(Graph graph, Var x, Var edgeAttr)
    {
        var width = x.Shape[1];
        if (Lin is null && edgeAttr.Shape.RowLength != width) throw new ShapeException($"GineConv: an edge has {edgeAttr.Shape.RowLength} attributes, but x has {width} columns; give edgeWidth, so that they are brought to that width");
        var messages = graph.Aggregate(aggregator, width, width, Message, [x, edgeAttr], Lin is null ? [] : [Lin]);
        return Nn.Forward(messages + x * (x.Tape.Input(Eps) + 1f));

        Var Message(EdgeBlock block)
        {
            var own = block.Own(edgeAttr);
            return (block.Source(x) + (Lin?.Forward(own) ?? own)).Relu();
        }
    }
}
