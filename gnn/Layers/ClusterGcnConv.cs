using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Diagonal-enhanced convolution: y = W_out·(Â + λ·diag(Â))·x + b + W_root·x, with Â = D⁻¹·(A + I) and D the in-degrees of A + I.</summary>
/// <remarks>
/// Chiang et al. 2019, arXiv:1905.07953, eq. 11; options and names as PyG's <c>ClusterGCNConv</c>: <c>lin_out.weight</c>, <c>lin_out.bias</c>,
/// <c>lin_root.weight</c>. Loops that are there are replaced by one at each node.
/// </remarks>
public sealed class ClusterGcnConv : Module
{
    private readonly float lambda;

    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="diagonal">How much more a node's own row counts, λ.</param>
    /// <param name="bias">Whether there is a b.</param>
    public ClusterGcnConv(Device device, int inputs, int outputs, Rng rng, float diagonal = 0f, bool bias = true)
    {
        lambda = diagonal;
        LinOut = Add("lin_out", new Linear(device, inputs, outputs, rng, bias, glorot: true));
        LinRoot = Add("lin_root", new Linear(device, inputs, outputs, rng, bias: false, glorot: true));
    }

    /// <summary>Whether the graph's loops are replaced by one at each node; if not, it should have one at each already.</summary>
    public bool AddSelfLoops { get; init; } = true;

    /// <summary>W_out and b.</summary>
    public Linear LinOut { get; }

    /// <summary>W_root.</summary>
    public Linear LinRoot { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    public Var Forward(Graph graph, Var x)
    {
        var a = AddSelfLoops ? graph.ReplaceSelfLoops(null, LoopFill.From(1f)).Graph : graph;
        var mean = a.Mean(x);
        if (lambda != 0f) mean = mean + x * (x.Tape.Input(a.InverseInDegree) * lambda).Reshape(a.Nodes, 1);
        return LinOut.Of(mean).PlusLinear(x, LinRoot.WeightOn(x.Tape));
    }
}
