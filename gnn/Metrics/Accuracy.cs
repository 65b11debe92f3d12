namespace GraphTune.Gnn.Metrics;

/// <summary>The share of rows whose largest logit is that of the true class.</summary>
/// <remarks>Of equal logits the first class is predicted. A single column of logits predicts class 1 where it is above 0.</remarks>
public sealed class Accuracy : IMetric
{
    /// <inheritdoc/>
    public string Name => "accuracy";

    /// <inheritdoc/>
    public bool HigherIsBetter => true;

    /// <inheritdoc/>
    public double Evaluate(float[] logits, int[] labels, ReadOnlySpan<int> rows)
    {
        var (predicted, truth, classes) = ClassPredictions.Of(Name, logits, labels, rows);
        return new ConfusionMatrix(predicted, truth, classes).Accuracy;
    }
}
