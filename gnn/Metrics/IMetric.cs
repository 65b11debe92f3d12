namespace GraphTune.Gnn.Metrics;

/// <summary>A figure of merit computed from logits and labels: what early stopping watches and a report prints.</summary>
/// <remarks>One rule for all: a label below 0 is missing and counts nowhere; where the figure is undefined (no labelled row, one class only) it is NaN.</remarks>
public interface IMetric
{
    /// <summary>The name that <see cref="Metric.ByName"/> knows, such as <c>macro-f1</c>.</summary>
    string Name { get; }

    /// <summary>Whether a larger value is a better one.</summary>
    bool HigherIsBetter { get; }

    /// <summary>The value over some rows.</summary>
    /// <param name="logits">Scores before softmax or sigmoid, logits[n,c] row by row.</param>
    /// <param name="labels">The class of each of the n rows, 0 to c − 1; below 0 where it is missing. For several tasks: labels[n,tasks] of 0 and 1.</param>
    /// <param name="rows">The rows that count, such as those of the validation split.</param>
    /// <returns>The value, or NaN where it is undefined on these rows.</returns>
    /// <exception cref="ArgumentException">The logits do not fit the labels, a logit of a counted row is NaN, or a label is no class.</exception>
    double Evaluate(float[] logits, int[] labels, ReadOnlySpan<int> rows);
}
