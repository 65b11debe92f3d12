using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Personalised PageRank of predictions: z₀ = x, zₖ = (1 − α)·Â·zₖ₋₁ + α·x, y = z_K.</summary>
/// <remarks>Gasteiger, Bojchevski and Günnemann 2019, arXiv:1810.05997, eq. 4; options as PyG's <c>APPNP</c>. No parameters. O(K·edges·f) work.</remarks>
/// <param name="k">Steps, K.</param>
/// <param name="alpha">The chance to return to the start at each step, α, 0 to 1.</param>
/// <param name="dropout">The share of edges dropped in training, anew in each step.</param>
public sealed class Appnp(int k, float alpha, float dropout = 0f) : Module
{
    /// <inheritdoc cref="GcnConv.AddSelfLoops"/>
    public bool AddSelfLoops { get; init; } = true;

    /// <inheritdoc cref="GcnConv.Normalize"/>
    public bool Normalize { get; init; } = true;

    /// <summary>y[n, f].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, f].</param>
    /// <param name="weight">w[e] in the graph's canonical order; null for ones.</param>
    public Var Forward(Graph graph, Var x, Tensor? weight = null)
    {
        var (a, w) = Normalize ? graph.GcnNorm(weight, AddSelfLoops, improved: false, x.Tape) : (graph, weight);
        var (z, home) = (x, x * alpha);
        for (var step = 0; step < k; step++) z = a.Sum(z, dropout > 0f ? x.Tape.Input(w ?? a.Ones).Dropout(dropout) : w) * (1f - alpha) + home;
        return z;
    }
}
