using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Σ softmax(t·x)·x, channel by channel: a mean for t = 0, a maximum for t → ∞.</summary>
/// <remarks>Li et al. 2020, arXiv:2006.07739, section 3.2; options as PyG's <c>SoftmaxAggregation</c>, with the parameter <c>t</c> if it learns.</remarks>
public sealed class SoftmaxAggregation : Aggregator
{
    private readonly bool semiGrad;

    /// <summary>An aggregation.</summary>
    /// <param name="device">Where t lives.</param>
    /// <param name="t">The inverse temperature, or its first value.</param>
    /// <param name="learn">Whether t learns.</param>
    /// <param name="semiGrad">Whether backward takes the softmax as constant; not where t learns.</param>
    /// <param name="channels">How many t there are: 1, or one for each channel of x.</param>
    public SoftmaxAggregation(Device device, float t = 1f, bool learn = false, bool semiGrad = false, int channels = 1)
    {
        if (learn && semiGrad) throw new ArgumentException("SoftmaxAggregation: a t that learns needs the gradient of the softmax; choose learn or semiGrad");
        this.semiGrad = semiGrad;
        T = Init.Constant(device, new Shape(channels), t);
        T.Tracks = learn;
        if (learn) Add("t", T);
    }

    /// <summary>t[channels].</summary>
    public Parameter T { get; }

    /// <inheritdoc/>
    public override Var Forward(Var x, Neighbourhood of) => new SoftmaxSum(x, T, of.In, of.Out, semiGrad).Apply();

    /// <inheritdoc/>
    public override void Dispose()
    {
        T.Dispose();
        base.Dispose();
    }
}

/// <summary>(mean xᵖ)^(1/p), channel by channel, x and the mean kept between 0 and 100.</summary>
/// <remarks>Li et al. 2020, arXiv:2006.07739, section 3.2; options as PyG's <c>PowerMeanAggregation</c>, with the parameter <c>p</c> if it learns. A fixed p of 1 is a plain mean.</remarks>
public sealed class PowerMeanAggregation : Aggregator
{
    private const float Most = 100f;
    private readonly bool plain;

    /// <summary>An aggregation.</summary>
    /// <param name="device">Where p lives.</param>
    /// <param name="p">The power, or its first value.</param>
    /// <param name="learn">Whether p learns.</param>
    /// <param name="channels">How many p there are: 1, or one for each channel of x.</param>
    public PowerMeanAggregation(Device device, float p = 1f, bool learn = false, int channels = 1)
    {
        plain = !learn && p == 1f;
        P = Init.Constant(device, new Shape(channels), p);
        P.Tracks = learn;
        if (learn) Add("p", P);
    }

    /// <summary>p[channels].</summary>
    public Parameter P { get; }

    /// <inheritdoc/>
    public override Var Forward(Var x, Neighbourhood of)
    {
        if (plain) return Mean(x);
        var p = x.Tape.Input(P);
        return Mean(x.Map<Kernels.Clamp>(Most).Pow(p)).Map<Kernels.Clamp>(Most).Pow(1f / p);

        Var Mean(Var v) => v.Aggregate(Aggregation.Mean, of.In, of.Out, weight: null, of.InverseCount);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        P.Dispose();
        base.Dispose();
    }
}
