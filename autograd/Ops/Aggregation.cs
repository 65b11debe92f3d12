namespace GraphTune.Autograd.Ops;

/// <summary>How many rows become one, channel by channel.</summary>
public enum Aggregation
{
    /// <summary>Σ x; of nothing 0.</summary>
    Sum,

    /// <summary>Σ x / their number (not the sum of their weights); of nothing 0.</summary>
    Mean,

    /// <summary>The largest; of nothing 0. Equal ones share the gradient equally.</summary>
    Max,

    /// <summary>The smallest; of nothing 0. Equal ones share the gradient equally.</summary>
    Min,

    /// <summary>Π x; of nothing 1.</summary>
    Mul,
}
