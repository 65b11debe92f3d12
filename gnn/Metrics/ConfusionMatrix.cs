namespace GraphTune.Gnn.Metrics;

/// <summary>How often each class was taken for each: what accuracy, precision, recall, F1 and Matthews correlation are read from.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[] counts;

    /// <summary>Counts predictions.</summary>
    /// <param name="predicted">The predicted class of each row.</param>
    /// <param name="labels">The true class of each row; a row whose label is below 0 counts nowhere.</param>
    /// <param name="classes">Number of classes; predictions and labels are below it.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a class is out of range.</exception>
    public ConfusionMatrix(ReadOnlySpan<int> predicted, ReadOnlySpan<int> labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (predicted.Length != labels.Length) throw new ArgumentException($"Confusion matrix: {predicted.Length} predictions for {labels.Length} labels.");
        (Classes, counts) = (classes, new long[classes * classes]);
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0) continue;
            if (labels[i] >= classes || (uint)predicted[i] >= (uint)classes)
                throw new ArgumentException($"Confusion matrix: row {i} has label {labels[i]} and prediction {predicted[i]}; classes run from 0 to {classes - 1}.");
            counts[labels[i] * classes + predicted[i]]++;
        }
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Number of counted rows.</summary>
    public long Total => counts.Sum();

    /// <summary>How many rows of class <paramref name="label"/> were predicted to be <paramref name="predicted"/>.</summary>
    public long this[int label, int predicted] => counts[label * Classes + predicted];

    /// <summary>Rows on the diagonal.</summary>
    public long Correct => Enumerable.Range(0, Classes).Sum(c => this[c, c]);

    /// <summary>The share of rows on the diagonal; NaN with no rows.</summary>
    public double Accuracy => (double)Correct / Total;

    /// <summary>Rows whose true class is <paramref name="c"/>.</summary>
    public long Support(int c) => Enumerable.Range(0, Classes).Sum(p => this[c, p]);

    /// <summary>Rows predicted to be of class <paramref name="c"/>.</summary>
    public long Predicted(int c) => Enumerable.Range(0, Classes).Sum(label => this[label, c]);

    /// <summary>The share of the rows predicted as <paramref name="c"/> that are; 0 where none was predicted.</summary>
    public double Precision(int c) => this[c, c] == 0 ? 0 : (double)this[c, c] / Predicted(c);

    /// <summary>The share of the rows of class <paramref name="c"/> that were found; 0 where there are none.</summary>
    public double Recall(int c) => this[c, c] == 0 ? 0 : (double)this[c, c] / Support(c);

    /// <summary>The harmonic mean of precision and recall of one class, 2·hits ÷ (support + predicted); 0 without a hit.</summary>
    public double F1(int c) => this[c, c] == 0 ? 0 : 2.0 * this[c, c] / (Support(c) + Predicted(c));

    /// <summary>Matthews correlation of predictions and labels, −1 to 1; 0 where either is constant (Gorodkin 2004, for any number of classes).</summary>
    public double Matthews
    {
        get
        {
            double total = Total, covariance = Correct * total, labels = total * total, predictions = total * total;
            for (var c = 0; c < Classes; c++)
            {
                double support = Support(c), predicted = Predicted(c);
                covariance -= support * predicted;
                labels -= support * support;
                predictions -= predicted * predicted;
            }
            return labels == 0 || predictions == 0 ? 0 : covariance / Math.Sqrt(labels * predictions);
        }
    }
}
