using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Topology-adaptive graph convolution: y = Σₖ Aᵏ·x·Wₖᵀ + b for k = 0 to K, A normalised without added loops.</summary>
/// <remarks>Du et al. 2017, arXiv:1710.10370, eq. 5; options and names as PyG's <c>TAGConv</c>: <c>lins.0.weight</c>, …, <c>bias</c>. O(K·edges·inputs) work.</remarks>
public sealed class TagConv : Module
{
    private readonly Linear[] lins;

    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="k">Steps, K.</param>
    /// <param name="bias">Whether there is a b.</param>
    public TagConv(Device device, int inputs, int outputs, Rng rng, int k = 3, bool bias = true)
    {
        if (bias) Bias = Add("bias", Init.Constant(device, new Shape(outputs), 0f));
        lins = [.. Enumerable.Range(0, k + 1).Select(_ => new Linear(device, inputs, outputs, rng, bias: false))];
        Add("lins", new ModuleList(lins));
    }

    /// <inheritdoc cref="GcnConv.Normalize"/>
    public bool Normalize { get; init; } = true;

    /// <summary>b[outputs], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="weight">w[e] in the graph's canonical order; null for ones.</param>
    public Var Forward(Graph graph, Var x, Tensor? weight = null)
    {
        var (a, w) = Normalize ? graph.GcnNorm(weight, addSelfLoops: false, improved: false, x.Tape) : (graph, weight);
        var y = x.Linear(lins[0].WeightOn(x.Tape), Bias);
        foreach (var lin in lins.AsSpan(1))
        {
            x = a.Sum(x, w);
            y = y + lin.Forward(x);
        }
        return y;
    }
}
