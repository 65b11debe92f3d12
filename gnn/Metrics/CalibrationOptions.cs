namespace GraphTune.Gnn.Metrics;

/// <summary>What a <see cref="Calibration"/> fits on validation rows.</summary>
public sealed record CalibrationOptions
{
    /// <summary>Whether probabilities are given for classes as common as in the training rows, where training weighted, drew or adjusted them otherwise.</summary>
    public bool PriorCorrection { get; init; } = true;

    /// <summary>Whether a temperature is fitted: one for classes, one for each binary task.</summary>
    public bool Temperature { get; init; } = true;

    /// <summary>What the decision threshold of each binary task, or of two classes, is to make best; null for ½.</summary>
    public ThresholdGoal? Threshold { get; init; }

    /// <summary>The price of a false positive, for <see cref="ThresholdGoal.Cost"/>.</summary>
    public double FalsePositive { get; init; } = 1;

    /// <summary>The price of a false negative.</summary>
    public double FalseNegative { get; init; } = 1;
}
