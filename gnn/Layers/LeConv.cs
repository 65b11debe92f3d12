using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Local extrema convolution: yᵢ = W₃·xᵢ + b₃ + Σ w·(W₁·xⱼ + b₁ − W₂·xᵢ), over the edges j → i.</summary>
/// <remarks>
/// Ranjan, Sanyal and Talukdar 2020, arXiv:1911.07979, eq. 8; options and names as PyG's <c>LEConv</c>: <c>lin1</c>, <c>lin2</c> (no bias),
/// <c>lin3</c>. The difference is taken after the sum: Σ w·W₁·xⱼ − (Σ w)·W₂·xᵢ.
/// </remarks>
public sealed class LeConv : Module
{
    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="bias">Whether there are b₁ and b₃.</param>
    public LeConv(Device device, int inputs, int outputs, Rng rng, bool bias = true)
    {
        Lin1 = Add("lin1", new Linear(device, inputs, outputs, rng, bias));
        Lin2 = Add("lin2", new Linear(device, inputs, outputs, rng, bias: false));
        Lin3 = Add("lin3", new Linear(device, inputs, outputs, rng, bias));
    }

    /// <summary>W₁ and b₁.</summary>
    public Linear Lin1 { get; }

    /// <summary>W₂.</summary>
    public Linear Lin2 { get; }

    /// <summary>W₃ and b₃.</summary>
    public Linear Lin3 { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="weight">w[e] in the graph's canonical order; null for ones.</param>
    public Var Forward(Graph graph, Var x, Tensor? weight = null)
    {
        var degree = weight is null ? x.Tape.Input(graph.InDegree) : graph.WeightedInDegree(x.Tape.Input(weight));
        return Lin3.Forward(x) + graph.Sum(Lin1.Forward(x), weight) - Lin2.Forward(x) * degree.Reshape(graph.Nodes, 1);
    }
}
