using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.FineTune;

/// <summary>Predictions of about one confidence, and how many of them were right (Guo et al. 2017).</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Confidence">Their mean probability: of the predicted class, or for yes/no questions of yes.</param>
/// <param name="Right">The share that was right, or for yes/no questions was yes.</param>
public sealed record ReliabilityBin(int Count, double Confidence, double Right)
{
    private const int Bins = 10;

    /// <summary>Sorts predictions into ten bins of equal width.</summary>
    /// <param name="bench">Knows the labels.</param>
    /// <param name="outputs">Logits y[rows, outputs].</param>
    /// <param name="rows">Which rows count.</param>
    /// <returns>The bins that are not empty, by confidence; none for numbers.</returns>
    internal static IReadOnlyList<ReliabilityBin> Of(Bench bench, float[] outputs, ReadOnlySpan<int> rows)
    {
        var targets = bench.Targets;
        if (targets.Kind == TaskKind.Regression) return [];
        var bins = new (int Count, double Confidence, int Right)[Bins];
        foreach (var row in rows)
            for (var task = 0; task < targets.Tasks; task++)
            {
                var label = targets.Of(row, task);
                if (float.IsNaN(label)) continue;
                var (confidence, right) = targets.Kind == TaskKind.Binary ? Binary(outputs[row * targets.Tasks + task], label) : Class(outputs.AsSpan(row * targets.Outputs, targets.Outputs), label);
                ref var bin = ref bins[Math.Clamp((int)(confidence * Bins), 0, Bins - 1)];
                bin = (bin.Count + 1, bin.Confidence + confidence, bin.Right + (right ? 1 : 0));
            }
        return [.. bins.Where(bin => bin.Count > 0).Select(bin => new ReliabilityBin(bin.Count, bin.Confidence / bin.Count, (double)bin.Right / bin.Count))];
    }

    private static (double, bool) Binary(float logit, float label) => (1 / (1 + Math.Exp(-logit)), label == 1);

    private static (double, bool) Class(ReadOnlySpan<float> logits, float label)
    {
        var best = 0;
        for (var c = 1; c < logits.Length; c++)
            if (logits[c] > logits[best]) best = c;
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp((double)logit - logits[best]);
        return (1 / sum, best == (int)label);
    }
}
