namespace GraphTune.Gnn.Metrics;

/// <summary>Area under the ROC curve: P(score of a positive &gt; score of a negative) + ½·P(equal), over all pairs.</summary>
/// <param name="tasks">Binary tasks side by side; the value is the mean over those with both classes (as in Hu et al. 2020).</param>
/// <remarks>
/// Exact with ties: pairs are counted in whole numbers (Mann and Whitney 1947; equal scores take their mid-rank). O(n log n).
/// One task may have one logit a row or two, then their difference is the score.
/// Undefined, so NaN, where only one class is there: any number would look like a measurement.
/// </remarks>
public sealed class RocAuc(int tasks = 1) : IMetric
{
    /// <inheritdoc/>
    public string Name => "auroc";

    /// <inheritdoc/>
    public bool HigherIsBetter => true;

    /// <inheritdoc/>
    public double Evaluate(float[] logits, int[] labels, ReadOnlySpan<int> rows) => BinaryTasks.Mean(Name, Of, tasks, logits, labels, rows);

    /// <summary>The area for one task.</summary>
    /// <param name="scores">Any monotone score: logits or probabilities.</param>
    /// <param name="labels">1 for positive, 0 for negative, below 0 for missing.</param>
    /// <returns>0 to 1; NaN with one class only.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or a label is neither 0 nor 1.</exception>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels)
    {
        long positives = 0, negatives = 0, halfWins = 0;
        foreach (var group in ScoreGroups.Of("auroc", scores, labels))
        {
            halfWins += group.Positives * (2 * negatives + group.Negatives);
            positives += group.Positives;
            negatives += group.Negatives;
        }
        return halfWins / (2.0 * positives * negatives);
    }
}
