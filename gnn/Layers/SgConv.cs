using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Simplified graph convolution: y = Âᴷ·x·Wᵀ + b.</summary>
/// <remarks>
/// Wu et al. 2019, arXiv:1902.07153, eq. 8; options and names as PyG's <c>SGConv</c>: <c>lin.weight</c>, <c>lin.bias</c>. The K steps run on
/// the narrower side of the product. O(K·edges·min(inputs, outputs)) work.
/// </remarks>
public sealed class SgConv : Module
{
    private readonly int k;

    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="k">Steps, K.</param>
    /// <param name="bias">Whether there is a b.</param>
    public SgConv(Device device, int inputs, int outputs, Rng rng, int k = 1, bool bias = true)
    {
        this.k = k;
        Lin = Add("lin", new Linear(device, inputs, outputs, rng, bias));
    }

    /// <inheritdoc cref="GcnConv.AddSelfLoops"/>
    public bool AddSelfLoops { get; init; } = true;

    /// <summary>W and b.</summary>
    public Linear Lin { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="weight">w[e] in the graph's canonical order; null for ones.</param>
    public Var Forward(Graph graph, Var x, Tensor? weight = null)
    {
        var (a, w) = graph.GcnNorm(weight, AddSelfLoops, improved: false, x.Tape);
        if (Lin.Weight.Shape[1] <= Lin.Weight.Shape[0]) return Lin.Forward(Walk(a, x, w));
        var y = Walk(a, x.Linear(Lin.WeightOn(x.Tape)), w);
        return Lin.Bias is null ? y : y + Lin.Bias;
    }

    private Var Walk(Graph a, Var x, Tensor w)
    {
        for (var step = 0; step < k; step++) x = a.Sum(x, w);
        return x;
    }
}
