using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Kernels;

namespace GraphTune.Gnn.Layers;

/// <summary>Quantiles, channel by channel; several stand side by side.</summary>
/// <param name="interpolation">What happens between two numbers.</param>
/// <param name="fill">The result of no numbers.</param>
/// <param name="q">Which quantiles, 0 to 1.</param>
public sealed class QuantileAggregation(Interpolation interpolation = Interpolation.Linear, float fill = 0f, params float[] q) : Aggregator
{
    /// <summary>The lower median.</summary>
    /// <param name="fill">The result of no numbers.</param>
    public static QuantileAggregation Median(float fill = 0f) => new(Interpolation.Lower, fill, 0.5f);

    /// <inheritdoc/>
    public override Var Forward(Var x, Neighbourhood of)
    {
        Var[] parts = [.. q.Select(part => new QuantileOp(x, new(part, interpolation), of.In, of.Out, fill).Apply())];
        return parts.Length == 1 ? parts[0] : parts[0].Concat(parts.AsSpan(1));
    }
}
