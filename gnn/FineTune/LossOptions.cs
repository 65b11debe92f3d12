namespace GraphTune.Gnn.FineTune;

/// <summary>How much a row counts by its class.</summary>
public enum ClassWeighting
{
    /// <summary>All rows count alike.</summary>
    None,

    /// <summary>1 / n_k: all classes weigh alike.</summary>
    InverseFrequency,

    /// <summary>(1 − β) / (1 − β^n_k): a further row of a class counts the less, the more there are (Cui et al. 2019, arXiv:1901.05555).</summary>
    EffectiveNumber,

    /// <summary>Of binary tasks: the positives count n₋ / n₊, the negatives 1. A task with rare positives then weighs more than one without.</summary>
    Positives,
}

/// <summary>What fine-tuning minimises: cross-entropy over classes or over binary tasks, weighted, focused or adjusted as classes are rare.</summary>
/// <remarks>
/// Counts are those of the training rows whose label is there, task by task. A weighted, oversampled or adjusted model gives the probabilities
/// of a world in which classes are as common as training made them; prior correction takes that back.
/// </remarks>
public sealed record LossOptions
{
    /// <summary>Plain cross-entropy.</summary>
    public static LossOptions Plain { get; } = new();

    /// <summary>All classes weigh alike.</summary>
    public static LossOptions Balanced { get; } = new() { Weighting = ClassWeighting.InverseFrequency };

    /// <summary>The focal loss with the authors' focus.</summary>
    public static LossOptions Focal { get; } = new() { Gamma = 2f };

    /// <summary>How much a row counts by its class; the mean weight of the training rows is 1, but for <see cref="ClassWeighting.Positives"/>.</summary>
    public ClassWeighting Weighting { get; init; }

    /// <summary>β of <see cref="ClassWeighting.EffectiveNumber"/>, 0 to below 1; 0 weighs all rows alike, near 1 all classes.</summary>
    public double Beta { get; init; } = 0.999;

    /// <summary>Focus on hard rows: each row's loss is multiplied by (1 − p)^γ (Lin et al. 2017, arXiv:1708.02002); 0 for none.</summary>
    public float Gamma { get; init; }

    /// <summary>τ of the logit adjustment: the loss sees x + τ·log π, π the share of each class (Menon et al. 2021, arXiv:2007.07314, eq. 10); 0 for none.</summary>
    public float LogitAdjustment { get; init; }

    /// <summary>Share of each target that is spread evenly over all classes, 0 to below 1; for several classes only.</summary>
    public float Smoothing { get; init; }

    /// <summary>Stops where a number is out of range.</summary>
    internal LossOptions Checked()
    {
        if (!(Beta is >= 0 and < 1)) throw new InvalidDataException($"loss: beta {Beta} must be from 0 to below 1");
        if (!(Gamma is >= 0 and < float.PositiveInfinity) || !(MathF.Abs(LogitAdjustment) < float.PositiveInfinity)) throw new InvalidDataException($"loss: gamma {Gamma} must be 0 or more, and the logit adjustment {LogitAdjustment} finite");
        if (!(Smoothing is >= 0 and < 1)) throw new InvalidDataException($"loss: smoothing {Smoothing} must be from 0 to below 1");
        return this;
    }
}
