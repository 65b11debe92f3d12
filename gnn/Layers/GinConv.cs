using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Graph isomorphism network: y = nn((1 + ε)·x_i + Σ x_j), over the edges j → i.</summary>
/// <remarks>Xu, Hu, Leskovec and Jegelka 2019, arXiv:1810.00826, eq. 4.1; options and names as PyG's <c>GINConv</c>: <c>eps</c>[1], <c>nn.*</c>.</remarks>
public sealed class GinConv : Module
{
    /// <summary>Takes ownership of a module.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="nn">Any module from x[n, inputs] to y[n, outputs].</param>
    /// <param name="eps">ε, or its first value.</param>
    /// <param name="trainEps">Whether ε learns.</param>
    public GinConv(Device device, TensorModule nn, float eps = 0f, bool trainEps = false)
    {
        Eps = trainEps ? Add("eps", Init.Constant(device, new Shape(1), eps)) : AddBuffer("eps", Tensor.From(device, new Shape(1), [eps]));
        Nn = Add("nn", nn);
    }

    /// <summary>ε[1], a parameter if it learns.</summary>
    public Tensor Eps { get; }

    /// <summary>What follows the sum.</summary>
    public TensorModule Nn { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    public Var Forward(Graph graph, Var x) => Forward(graph, x, x);

    /// <summary>y[targets, outputs], for a graph whose edges run between two kinds of node.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[sources, inputs].</param>
    /// <param name="root">The targets' own rows, root[targets, inputs].</param>
    public Var Forward(Graph graph, Var x, Var root) => Nn.Forward(graph.Sum(x) + root * (x.Tape.Input(Eps) + 1f));
}
