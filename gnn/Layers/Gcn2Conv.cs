using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>GCNII: y = ((1 − β)·I + β·W₁)·(1 − α)·Â·x + ((1 − β)·I + β·W₂)·α·x₀, with β = ln(θ / layer + 1).</summary>
/// <remarks>
/// Chen et al. 2020, arXiv:2007.02133, eq. 5 and section 3 (GCNII*); options and names as PyG's <c>GCN2Conv</c>: <c>weight1</c> and, where
/// weights are not shared, <c>weight2</c>, [channels in, channels out], multiplied from the right.
/// </remarks>
public sealed class Gcn2Conv : Module
{
    private readonly float alpha, beta;

    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="channels">Columns of x, of x₀ and of y.</param>
    /// <param name="alpha">The share of the first layer's features, α.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="theta">How strongly W moves features in the first layers, θ; null for β = 1.</param>
    /// <param name="layer">Which layer this is, from 1; null for β = 1.</param>
    /// <param name="sharedWeights">Whether W₂ is W₁.</param>
    public Gcn2Conv(Device device, int channels, float alpha, Rng rng, float? theta = null, int? layer = null, bool sharedWeights = true)
    {
        this.alpha = alpha;
        beta = theta is { } t && layer is { } l ? MathF.Log(t / l + 1f) : 1f;
        Weight1 = Add("weight1", Init.Glorot(device, new Shape(channels, channels), rng));
        if (!sharedWeights) Weight2 = Add("weight2", Init.Glorot(device, new Shape(channels, channels), rng));
    }

    /// <inheritdoc cref="GcnConv.AddSelfLoops"/>
    public bool AddSelfLoops { get; init; } = true;

    /// <inheritdoc cref="GcnConv.Normalize"/>
    public bool Normalize { get; init; } = true;

    /// <summary>W₁.</summary>
    public Parameter Weight1 { get; }

    /// <summary>W₂, or null where it is W₁.</summary>
    public Parameter? Weight2 { get; }

    /// <summary>y[n, channels].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, channels].</param>
    /// <param name="first">x₀[n, channels], what the first of these layers was given.</param>
    /// <param name="weight">w[e] in the graph's canonical order; null for ones.</param>
    public Var Forward(Graph graph, Var x, Var first, Tensor? weight = null)
    {
        var (a, w) = Normalize ? graph.GcnNorm(weight, AddSelfLoops, improved: false, x.Tape) : (graph, weight);
        Var h = a.Sum(x, w) * (1f - alpha), home = first * alpha;
        return Weight2 is null ? Mixed(h + home, Weight1) : Mixed(h, Weight1) + Mixed(home, Weight2);
    }

    private Var Mixed(Var h, Parameter weight) => beta == 1f ? h.MatMul(weight) : h * (1f - beta) + h.MatMul(weight) * beta;
}
