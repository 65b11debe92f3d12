using GraphTune.Autograd.Ops;

namespace GraphTune.Gnn;

/// <summary>What attributes a new self-loop gets: a constant, or those of the other edges into its node, reduced.</summary>
public sealed record LoopFill
{
    private LoopFill(Aggregation? reduce, float[] values) => (Reduce, Values) = (reduce, values);

    /// <summary>The mean of the other edges into the node, 0 where there are none: PyG's default for attention.</summary>
    public static LoopFill Mean { get; } = From(Aggregation.Mean);

    /// <summary>The other edges into the node, reduced.</summary>
    public static LoopFill From(Aggregation reduce) => new(reduce, []);

    /// <summary>One number for all channels, or one for each.</summary>
    public static LoopFill From(params float[] values) => new(null, values);

    internal Aggregation? Reduce { get; }

    internal float[] Values { get; }

    internal string Key => Reduce?.ToString() ?? string.Join(' ', Values);
}
