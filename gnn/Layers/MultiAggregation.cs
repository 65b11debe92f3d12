using GraphTune.Autograd;
using GraphTune.Autograd.Ops;

namespace GraphTune.Gnn.Layers;

/// <summary>How several aggregates become one.</summary>
public enum AggregateJoin
{
    /// <summary>Side by side.</summary>
    Cat,

    /// <summary>Added.</summary>
    Sum,

    /// <summary>Averaged.</summary>
    Mean,

    /// <summary>The largest of each channel; of equal ones the first takes the gradient.</summary>
    Max,
}

/// <summary>Several aggregates of the same rows.</summary>
/// <remarks>Options and names as PyG's <c>MultiAggregation</c>: <c>aggrs.0.*</c>, ….</remarks>
public sealed class MultiAggregation : Aggregator
{
    private readonly Aggregator[] aggregators;
    private readonly AggregateJoin join;

    /// <summary>Takes ownership of the aggregators.</summary>
    /// <param name="aggregators">At least one.</param>
    /// <param name="join">How they become one.</param>
    public MultiAggregation(IEnumerable<Aggregator> aggregators, AggregateJoin join = AggregateJoin.Cat)
    {
        (this.aggregators, this.join) = ([.. aggregators], join);
        if (Count == 0) throw new ArgumentException("MultiAggregation: give at least one aggregator", nameof(aggregators));
        Add("aggrs", new ModuleList(this.aggregators));
    }

    /// <summary>How many there are.</summary>
    public int Count => aggregators.Length;

    /// <inheritdoc/>
    public override Var Forward(Var x, Neighbourhood of)
    {
        Var[] parts = [.. aggregators.Select(aggregator => aggregator.Forward(x, of))];
        if (parts.Length == 1) return parts[0];
        return join switch
        {
            AggregateJoin.Cat => parts[0].Concat(parts.AsSpan(1)),
            AggregateJoin.Max => parts.Aggregate((best, part) => new ZipOp<Kernels.Maximum>(best, part).Apply()),
            AggregateJoin.Mean => parts.Aggregate((sum, part) => sum + part) * (1f / parts.Length),
            _ => parts.Aggregate((sum, part) => sum + part),
        };
    }
}
