using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Chebyshev convolution: y = Σₖ Tₖ·Wₖᵀ + b with T₀ = x, T₁ = L̂·x, Tₖ = 2·L̂·Tₖ₋₁ − Tₖ₋₂, L̂ = 2·L / λ_max − I.</summary>
/// <remarks>
/// Defferrard, Bresson and Vandergheynst 2016, arXiv:1606.09375, eq. 4; options and names as PyG's <c>ChebConv</c>: K is the number of terms,
/// <c>lins.0.weight</c>, …, <c>bias</c>. Degrees are sums over the edges out of a node, loops are left out.
/// </remarks>
public sealed class ChebConv : Module
{
    private readonly Linear[] lins;

    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="k">The number of terms, K; 1 or more.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="bias">Whether there is a b.</param>
    public ChebConv(Device device, int inputs, int outputs, int k, Rng rng, bool bias = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        if (bias) Bias = Add("bias", Init.Constant(device, new Shape(outputs), 0f));
        lins = [.. Enumerable.Range(0, k).Select(_ => new Linear(device, inputs, outputs, rng, bias: false, glorot: true))];
        Add("lins", new ModuleList(lins));
    }

    /// <summary>How the Laplacian is scaled.</summary>
    public LaplacianNorm Normalization { get; init; } = LaplacianNorm.Symmetric;

    /// <summary>b[outputs], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="weight">w[e] in the graph's canonical order; null for ones.</param>
    /// <param name="largestEigenvalue">λ_max[1], or one for each node, as its graph has; null for twice the largest entry of L, which is 2 where L is normalised.</param>
    public Var Forward(Graph graph, Var x, Tensor? weight = null, Tensor? largestEigenvalue = null)
    {
        var y = x.Linear(lins[0].WeightOn(x.Tape), Bias);
        if (lins.Length == 1) return y;
        var (l, w) = graph.Laplacian(x.Tape.Input(weight ?? graph.Ones), Normalization);
        w = Scaled(l, w, largestEigenvalue);
        Var before = x, now = l.Sum(x, w) - x;
        y = y + lins[1].Forward(now);
        foreach (var lin in lins.AsSpan(2))
        {
            (before, now) = (now, (l.Sum(now, w) - now) * 2f - before);
            y = y + lin.Forward(now);
        }
        return y;
    }

    // 2·L / λ_max; an edge takes the λ_max of the node it comes from.
    private Var Scaled(Graph l, Var w, Tensor? largest)
    {
        if (largest is null && Normalization != LaplacianNorm.None) return w;
        var inverse = (largest is null ? l.Largest(w) * 2f : w.Tape.Input(largest)).Map<Kernels.InverseOrZero>() * 2f;
        return inverse.Count == 1 ? w * inverse : new EdgeScale(w, null, inverse, l.In, l.Out).Apply();
    }
}
