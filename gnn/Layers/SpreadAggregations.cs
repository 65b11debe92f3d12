using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Kernels;

namespace GraphTune.Gnn.Layers;

/// <summary>mean(x²) − mean(x)², channel by channel: the biased variance.</summary>
/// <param name="semiGrad">Whether backward takes mean(x²) as constant.</param>
public sealed class VarAggregation(bool semiGrad = false) : Aggregator
{
    /// <inheritdoc/>
    public override Var Forward(Var x, Neighbourhood of)
    {
        var mean = Mean(x);
        var squares = semiGrad ? Mean(x.Detach() * x.Detach()) : Mean(x * x);
        return squares - mean * mean;

        Var Mean(Var v) => v.Aggregate(Aggregation.Mean, of.In, of.Out, weight: null, of.InverseCount);
    }
}

/// <summary>√variance, and 0 where the variance is at most 10⁻⁵, whose root has no useful slope.</summary>
/// <inheritdoc cref="VarAggregation"/>
public sealed class StdAggregation : Aggregator
{
    private const float Least = 1e-5f;
    private readonly VarAggregation variance;

    /// <summary>An aggregation without parameters.</summary>
    /// <param name="semiGrad">Whether backward takes mean(x²) as constant.</param>
    public StdAggregation(bool semiGrad = false) => variance = Add("var_aggr", new VarAggregation(semiGrad));

    /// <inheritdoc/>
    public override Var Forward(Var x, Neighbourhood of) => variance.Forward(x, of).Map<RootAbove>(Least);
}
