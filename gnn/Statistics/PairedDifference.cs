namespace GraphTune.Gnn.Statistics;

/// <summary>How one method's scores differ from another's, seed by seed.</summary>
/// <param name="Difference">The mean of score − baseline with its interval.</param>
/// <param name="HigherIsBetter">Whether a larger score is a better one.</param>
/// <remarks>Pairs share seed and split, so what both runs have in common cancels and the interval is narrower than that of two means.</remarks>
public readonly record struct PairedDifference(Interval Difference, bool HigherIsBetter = true)
{
    /// <summary><c>better</c> or <c>worse</c>; <c>no detectable difference</c> where the interval spans zero or there is none.</summary>
    public string Verdict => Difference.SpansZero ? "no detectable difference" : Difference.Estimate > 0 == HigherIsBetter ? "better" : "worse";

    /// <summary>Compares scores pair by pair with Student's t interval.</summary>
    /// <param name="scores">The method's score for each seed.</param>
    /// <param name="baseline">The other's score for the same seeds, in the same order.</param>
    /// <param name="higherIsBetter">Whether a larger score is a better one.</param>
    /// <param name="level">How much of the distribution the interval holds.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no pair, or a score is not finite.</exception>
    public static PairedDifference Of(ReadOnlySpan<double> scores, ReadOnlySpan<double> baseline, bool higherIsBetter = true, double level = Interval.UsualLevel) =>
        new(Interval.OfMean(Differences(scores, baseline), level), higherIsBetter);

    /// <summary>Score − baseline for each pair.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double[] Differences(ReadOnlySpan<double> scores, ReadOnlySpan<double> baseline)
    {
        if (scores.Length != baseline.Length) throw new ArgumentException($"Pairs are needed: {scores.Length} scores stand against {baseline.Length} of the baseline.");
        var differences = new double[scores.Length];
        for (var i = 0; i < differences.Length; i++) differences[i] = scores[i] - baseline[i];
        return differences;
    }
}
