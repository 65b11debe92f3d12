namespace GraphTune.Gnn.Metrics;

/// <summary>Average precision Σₙ (Rₙ − Rₙ₋₁)·Pₙ over distinct thresholds from the highest score down; no interpolation.</summary>
/// <param name="tasks">Binary tasks side by side; the value is the mean over those with a positive.</param>
/// <remarks>Equal scores enter together, so their order does not matter. O(n log n). Undefined, so NaN, where there is no positive.</remarks>
public sealed class AveragePrecision(int tasks = 1) : IMetric
{
    /// <inheritdoc/>
    public string Name => "average-precision";

    /// <inheritdoc/>
    public bool HigherIsBetter => true;

    /// <inheritdoc/>
    public double Evaluate(float[] logits, int[] labels, ReadOnlySpan<int> rows) => BinaryTasks.Mean(Name, Of, tasks, logits, labels, rows);

    /// <summary>The average precision of one task.</summary>
    /// <param name="scores">Any monotone score: logits or probabilities.</param>
    /// <param name="labels">1 for positive, 0 for negative, below 0 for missing.</param>
    /// <returns>0 to 1; NaN with no positive.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or a label is neither 0 nor 1.</exception>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels)
    {
        var groups = ScoreGroups.Of("average-precision", scores, labels);
        long hits = 0, taken = 0;
        var sum = 0.0;
        for (var g = groups.Count - 1; g >= 0; g--)
        {
            hits += groups[g].Positives;
            taken += groups[g].Positives + groups[g].Negatives;
            sum += groups[g].Positives * ((double)hits / taken);
        }
        return sum / hits;
    }
}
