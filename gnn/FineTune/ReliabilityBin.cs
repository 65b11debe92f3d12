using GraphTune.Gnn.Data;
using GraphTune.Gnn.Metrics;

namespace GraphTune.Gnn.FineTune;

/// <summary>Predictions of about one confidence, and how many of them were right (Guo et al. 2017).</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Confidence">Their mean probability: of the predicted class, or for yes/no questions of yes.</param>
/// <param name="Right">The share that was right, or for yes/no questions was yes.</param>
public sealed record ReliabilityBin(int Count, double Confidence, double Right)
{
    private const int Bins = 10;

    /// <summary>Sorts predictions into ten bins of equal width, as <see cref="ReliabilityCurve"/> does.</summary>
    /// <param name="bench">Knows the labels.</param>
    /// <param name="outputs">Logits y[rows, outputs].</param>
    /// <param name="rows">Which rows count.</param>
    /// <returns>The bins that are not empty, by confidence; none for numbers.</returns>
    internal static IReadOnlyList<ReliabilityBin> Of(Bench bench, float[] outputs, ReadOnlySpan<int> rows)
    {
        var targets = bench.Targets;
        if (targets.Kind == TaskKind.Regression) return [];
        var columns = targets.Kind == TaskKind.Binary ? 1 : targets.Outputs;
        var probabilities = new float[rows.Length * targets.Outputs];
        var truth = new int[rows.Length * targets.Tasks];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var task = 0; task < targets.Tasks; task++) truth[i * targets.Tasks + task] = targets.Of(rows[i], task) is var label && float.IsNaN(label) ? -1 : (int)label;
            for (var c = 0; c < targets.Outputs; c += columns)
                ExpectedCalibrationError.Probabilities(outputs.AsSpan(rows[i] * targets.Outputs + c, columns), probabilities.AsSpan(i * targets.Outputs + c, columns));
        }
        var curve = columns == 1 ? ReliabilityCurve.Binary(probabilities, truth, Bins) : ReliabilityCurve.Multiclass(probabilities, truth, Bins);
        return [.. curve.Bins.Where(bin => bin.Count > 0).Select(bin => new ReliabilityBin((int)bin.Count, bin.Confidence, bin.Share.Estimate))];
    }
}
