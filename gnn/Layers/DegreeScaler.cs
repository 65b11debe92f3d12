using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>How an aggregate grows with the number d of its rows; L is the mean of log(d + 1) and A the mean of d over the training nodes.</summary>
public enum DegreeScale
{
    /// <summary>1.</summary>
    Identity,

    /// <summary>log(d + 1) / L.</summary>
    Amplification,

    /// <summary>L / log(max(d, 1) + 1).</summary>
    Attenuation,

    /// <summary>d / A.</summary>
    Linear,

    /// <summary>A / max(d, 1).</summary>
    InverseLinear,
}

/// <summary>Several aggregates side by side, and these again for each way of scaling them by degree.</summary>
/// <remarks>
/// Corso et al. 2020, arXiv:2004.05718, eqs. 5 to 8; names as PyG's <c>DegreeScalerAggregation</c>: <c>avg_deg_lin</c>[1] (A) and
/// <c>avg_deg_log</c>[1] (L), parameters if they learn.
/// </remarks>
public sealed class DegreeScaler : Aggregator
{
    private readonly MultiAggregation aggregators;
    private readonly DegreeScale[] scales;

    /// <summary>Takes ownership of the aggregators.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="aggregators">The aggregates of one block of columns.</param>
    /// <param name="scales">One block for each.</param>
    /// <param name="degrees">degrees[k] is the number of training nodes with k edges into them.</param>
    /// <param name="learns">Whether L and A learn.</param>
    public DegreeScaler(Device device, IEnumerable<Aggregator> aggregators, IEnumerable<DegreeScale> scales, IReadOnlyList<int> degrees, bool learns = false)
    {
        (this.aggregators, this.scales) = (Add("aggr", new MultiAggregation(aggregators)), [.. scales]);
        double nodes = Math.Max(1, degrees.Sum(count => (long)count));
        var linear = Init.Constant(device, new Shape(1), (float)(degrees.Select((count, k) => (double)count * k).Sum() / nodes));
        var log = Init.Constant(device, new Shape(1), (float)(degrees.Select((count, k) => count * Math.Log(k + 1)).Sum() / nodes));
        AverageDegree = learns ? Add("avg_deg_lin", linear) : AddBuffer("avg_deg_lin", linear);
        AverageLog = learns ? Add("avg_deg_log", log) : AddBuffer("avg_deg_log", log);
    }

    /// <summary>A[1].</summary>
    public Tensor AverageDegree { get; }

    /// <summary>L[1].</summary>
    public Tensor AverageLog { get; }

    /// <summary>How many times as wide as x the result is.</summary>
    public int Blocks => aggregators.Count * scales.Length;

    /// <inheritdoc/>
    public override Var Forward(Var x, Neighbourhood of)
    {
        var y = aggregators.Forward(x, of);
        Var[] blocks = [.. scales.Select(scale => scale == DegreeScale.Identity ? y : y * Factor(y.Tape, scale, of))];
        return blocks.Length == 1 ? blocks[0] : blocks[0].Concat(blocks.AsSpan(1));
    }

    // One number for each row. 1 / d is at hand, 0 where there are no rows.
    private Var Factor(Tape tape, DegreeScale scale, Neighbourhood of)
    {
        var degree = tape.Input(of.InverseCount).Map<Kernels.InverseOrZero>().Reshape(of.In.Rows, 1);
        Var linear = tape.Input(AverageDegree), log = tape.Input(AverageLog);
        return scale switch
        {
            DegreeScale.Amplification => (degree + 1f).Log() / log,
            DegreeScale.Attenuation => 1f / (degree.AtLeast(1f) + 1f).Log() * log,
            DegreeScale.Linear => degree / linear,
            _ => 1f / degree.AtLeast(1f) * linear,
        };
    }
}
