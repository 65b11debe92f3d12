using GraphTune.Gnn.Statistics;

namespace GraphTune.Gnn.Metrics;

/// <summary>The rows whose confidence lies in (Low, High].</summary>
/// <param name="Low">The lower border.</param>
/// <param name="High">The upper border.</param>
/// <param name="Count">How many rows.</param>
/// <param name="Confidence">Their mean confidence; NaN without rows.</param>
/// <param name="Share">The share of them that is right, with its 95 % interval (Wilson); NaN without rows.</param>
public sealed record CalibrationBin(double Low, double High, long Count, double Confidence, Interval Share);

/// <summary>How often a model is right when it says it is so sure: what a reliability plot shows and the expected calibration error sums up.</summary>
/// <remarks>DeGroot and Fienberg 1983; Guo et al. 2017, arXiv:1706.04599. A calibrated model lies on the diagonal.</remarks>
public sealed class ReliabilityCurve
{
    private readonly double[] confidence;
    private readonly long[] right;
    private readonly long[] count;

    internal ReliabilityCurve(int bins)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        (confidence, right, count) = (new double[bins], new long[bins], new long[bins]);
    }

    /// <summary>Of a binary task: confidence is the probability of class 1, and the share right that of class 1.</summary>
    /// <inheritdoc cref="ExpectedCalibrationError.Binary" path="/param|/exception"/>
    public static ReliabilityCurve Binary(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, int bins = ExpectedCalibrationError.UsualBins)
    {
        if (probabilities.Length != labels.Length) throw new ArgumentException($"calibration-error: {probabilities.Length} probabilities for {labels.Length} labels.");
        var curve = new ReliabilityCurve(bins);
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] > 1) throw new ArgumentException($"calibration-error: label {labels[i]} of row {i} is neither 0 nor 1 (below 0: missing).");
            if (labels[i] >= 0) curve.Add(probabilities[i], labels[i] == 1, i);
        }
        return curve;
    }

    /// <summary>Of several classes: confidence is the largest probability, and a row is right where that is of the true class.</summary>
    /// <inheritdoc cref="ExpectedCalibrationError.Multiclass" path="/param|/exception"/>
    public static ReliabilityCurve Multiclass(float[] probabilities, int[] labels, int bins = ExpectedCalibrationError.UsualBins)
    {
        if (labels.Length > 0 && probabilities.Length == labels.Length) throw new ArgumentException("calibration-error: one probability a row; use Binary, several classes need a column each.");
        var (predicted, truth, classes) = ClassPredictions.Of("calibration-error", probabilities, labels, [.. Enumerable.Range(0, labels.Length)]);
        var curve = new ReliabilityCurve(bins);
        for (int i = 0, row = 0; row < labels.Length; row++)
        {
            if (labels[row] < 0) continue;
            if (labels[row] >= classes) throw new ArgumentException($"calibration-error: label {labels[row]} of row {row} is no class; they run from 0 to {classes - 1}.");
            curve.Add(probabilities[row * classes + predicted[i]], predicted[i] == truth[i], row);
            i++;
        }
        return curve;
    }

    /// <summary>The bins, from 0 to 1, those without rows too.</summary>
    public IReadOnlyList<CalibrationBin> Bins =>
        [.. Enumerable.Range(0, count.Length).Select(k => new CalibrationBin((double)k / count.Length, (k + 1.0) / count.Length, count[k], confidence[k] / count[k], Interval.Wilson(right[k], count[k])))];

    /// <summary>Expected calibration error: Σ n/N·|right/n − confidence/n| = Σ |right − confidence| ÷ N; NaN with no rows.</summary>
    public double Error => right.Zip(confidence, (hits, sum) => Math.Abs(hits - sum)).Sum() / count.Sum();

    private void Add(double probability, bool hit, int row)
    {
        var bins = count.Length;
        if (!(probability >= 0 && probability <= 1)) throw new ArgumentException($"calibration-error: the probability {probability} of row {row} is not between 0 and 1.");
        var bin = Math.Clamp((int)Math.Ceiling(probability * bins) - 1, 0, bins - 1);
        if (bin > 0 && probability <= (double)bin / bins) bin--;   // the product above may round across a border
        else if (bin < bins - 1 && probability > (bin + 1.0) / bins) bin++;
        confidence[bin] += probability;
        right[bin] += hit ? 1 : 0;
        count[bin]++;
    }
}
