namespace GraphTune.Gnn.Metrics;

/// <summary>Expected calibration error: Σ over bins of (rows in the bin ÷ rows)·|share right − mean confidence| (Naeini et al. 2015, Guo et al. 2017).</summary>
/// <param name="bins">Number of bins of equal width, (k/bins, (k+1)/bins]; a confidence of exactly 0 joins the first.</param>
public sealed class ExpectedCalibrationError(int bins = ExpectedCalibrationError.UsualBins) : IMetric
{
    /// <summary>How many bins Guo et al. use.</summary>
    public const int UsualBins = 15;

    /// <inheritdoc/>
    public string Name => "calibration-error";

    /// <inheritdoc/>
    public bool HigherIsBetter => false;

    /// <inheritdoc/>
    /// <remarks>One column of logits is a binary task (sigmoid); more are classes (softmax, in double).</remarks>
    public double Evaluate(float[] logits, int[] labels, ReadOnlySpan<int> rows)
    {
        var columns = ClassPredictions.Columns(Name, logits, labels);
        var probabilities = new float[rows.Length * columns];
        var truth = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            truth[i] = labels[rows[i]];
            Probabilities(logits.AsSpan(rows[i] * columns, columns), probabilities.AsSpan(i * columns, columns));
        }
        return columns == 1 ? Binary(probabilities, truth, bins) : Multiclass(probabilities, truth, bins);
    }

    /// <summary>The error of a binary task: confidence is the probability of class 1, and the share right is the share of class 1.</summary>
    /// <param name="probabilities">The probability of class 1 of each row, 0 to 1.</param>
    /// <param name="labels">0 or 1; below 0 for missing.</param>
    /// <param name="bins">Number of bins.</param>
    /// <returns>0 to 1; NaN with no rows.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a probability is outside 0 to 1 or NaN, or a label is neither 0 nor 1.</exception>
    public static double Binary(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, int bins = UsualBins) => ReliabilityCurve.Binary(probabilities, labels, bins).Error;

    /// <summary>The error of a task of several classes: confidence is the largest probability, and a row is right where that is of the true class.</summary>
    /// <param name="probabilities">probabilities[n,c], row by row; of equal ones the first is the prediction.</param>
    /// <param name="labels">The class of each row; below 0 for missing.</param>
    /// <param name="bins">Number of bins.</param>
    /// <returns>0 to 1; NaN with no rows.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, a probability is outside 0 to 1 or NaN, or a label is no class.</exception>
    public static double Multiclass(float[] probabilities, int[] labels, int bins = UsualBins) => ReliabilityCurve.Multiclass(probabilities, labels, bins).Error;

    /// <summary>The sigmoid of one logit, or the softmax of several, in double.</summary>
    internal static void Probabilities(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        if (logits.Length == 1)
        {
            probabilities[0] = (float)(1 / (1 + Math.Exp(-logits[0])));
            return;
        }
        var largest = float.NegativeInfinity;
        var sum = 0.0;
        foreach (var logit in logits) largest = Math.Max(largest, logit);
        foreach (var logit in logits) sum += Math.Exp((double)logit - largest);
        for (var c = 0; c < logits.Length; c++) probabilities[c] = (float)(Math.Exp((double)logits[c] - largest) / sum);
    }
}
