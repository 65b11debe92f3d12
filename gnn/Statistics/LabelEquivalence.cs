using System.Globalization;

namespace GraphTune.Gnn.Statistics;

/// <summary>With how many labels training from scratch reaches a method's score.</summary>
/// <param name="Labels">The number and its 95 % interval: 0 for fewer than the least budget, +∞ for more than the most; ends are NaN for a single seed.</param>
/// <param name="Least">The least budget that was trained from scratch.</param>
/// <param name="Most">The most.</param>
/// <param name="Means">How the interval was made: <c>bootstrap</c> over seeds, or <c>t</c> where they are few.</param>
/// <remarks>
/// The curve of mean scores from scratch over budgets is made to rise (<see cref="Isotonic"/>), and is a straight line in the logarithm of
/// labels between two budgets. What it reaches beyond its ends is not known, and said so. Intervals resample seeds whole: budgets and
/// methods of one seed stay together. Under <see cref="FewSeeds"/> seeds a bootstrap is too narrow; then the interval holds all numbers
/// of labels whose scores from scratch Student's t does not tell from the method's, seed by seed (Fieller 1954).
/// </remarks>
public readonly record struct LabelEquivalence(Interval Labels, int Least, int Most, string Means)
{
    /// <summary>From how many seeds on intervals are bootstrapped.</summary>
    public const int FewSeeds = 10;

    private const int GridSteps = 400;

    /// <summary>Computes the number and its interval.</summary>
    /// <param name="budgets">Numbers of training labels, ascending.</param>
    /// <param name="scratch">The score from scratch of each budget and seed: <c>scratch[budget][seed]</c>.</param>
    /// <param name="scores">The method's score of each seed.</param>
    /// <param name="higherIsBetter">Whether a larger score is a better one.</param>
    /// <param name="seed">Names the draws of the bootstrap.</param>
    /// <param name="resamples">How often seeds are drawn again.</param>
    /// <exception cref="ArgumentException">Budgets do not rise, there is none, or seeds are missing.</exception>
    public static LabelEquivalence Of(int[] budgets, double[][] scratch, double[] scores, bool higherIsBetter = true, ulong seed = 0, int resamples = Bootstrap.UsualResamples)
    {
        if (budgets.Length == 0 || budgets[0] < 1 || budgets.Zip(budgets.Skip(1), (a, b) => a >= b).Any(falls => falls)) throw new ArgumentException("Budgets are needed, ascending from 1.");
        if (scratch.Length != budgets.Length || scratch.Any(of => of.Length != scores.Length)) throw new ArgumentException("Every budget needs a score from scratch for every seed of the method.");
        var sign = higherIsBetter ? 1.0 : -1.0;
        var interval = scores.Length < FewSeeds ? ByT(budgets, scratch, scores, sign) : Bootstrap.Of(scores.Length, At, seed, resamples);
        return new(interval, budgets[0], budgets[^1], scores.Length < FewSeeds ? "t" : "bootstrap");

        double At(ReadOnlySpan<int> drawn)
        {
            var curve = new double[budgets.Length];
            for (var b = 0; b < curve.Length; b++) curve[b] = sign * Mean(scratch[b], drawn);
            return Reaches(budgets, curve, sign * Mean(scores, drawn));
        }
    }

    /// <summary>Where a curve first reaches a score.</summary>
    /// <param name="budgets">Numbers of labels, ascending.</param>
    /// <param name="curve">The score at each; larger is better.</param>
    /// <param name="score">What is to be reached.</param>
    /// <returns>Labels; 0 where the curve begins above it, +∞ where it ends below.</returns>
    public static double Reaches(ReadOnlySpan<int> budgets, ReadOnlySpan<double> curve, double score)
    {
        var rising = Isotonic.Rising(curve);
        if (score < rising[0]) return 0;
        for (var i = 0; i < rising.Length; i++)
        {
            if (score == rising[i]) return budgets[i];
            if (i + 1 < rising.Length && score < rising[i + 1])
                return budgets[i] * Math.Pow((double)budgets[i + 1] / budgets[i], (score - rising[i]) / (rising[i + 1] - rising[i]));
        }
        return double.PositiveInfinity;
    }

    /// <summary><c>740 [520–1,100]</c>; <c>≥ 1,000</c> and <c>≤ 10</c> where the curve from scratch does not go so far.</summary>
    public override string ToString() => !double.IsFinite(Labels.Estimate) || Labels.Estimate <= 0 || double.IsNaN(Labels.Low)
        ? Text(Labels.Estimate) + (double.IsNaN(Labels.Low) || Text(Labels.Low) == Text(Labels.High) ? "" : Ends)
        : Text(Labels.Estimate) + Ends;

    private string Ends => $" [{Text(Labels.Low)}–{Text(Labels.High)}]";

    private string Text(double labels) => labels < Least ? $"≤ {Number(Least)}" : labels > Most ? $"≥ {Number(Most)}" : Number(labels);

    private static string Number(double labels) => labels.ToString("N0", CultureInfo.InvariantCulture);

    private static double Mean(double[] values, ReadOnlySpan<int> drawn)
    {
        var sum = 0.0;
        foreach (var i in drawn) sum += values[i];
        return sum / drawn.Length;
    }

    private static Interval ByT(int[] budgets, double[][] scratch, double[] scores, double sign)
    {
        var estimate = Reaches(budgets, [.. scratch.Select(of => sign * Sample.Mean(of))], sign * Sample.Mean(scores));
        if (scores.Length == 1) return new(estimate, double.NaN, double.NaN);
        var (low, high) = (double.PositiveInfinity, 0.0);
        var t = StudentT.Quantile(0.5 + Interval.UsualLevel / 2, scores.Length - 1) / Math.Sqrt(scores.Length);
        for (var step = 0; step <= GridSteps; step++)
        {
            var labels = budgets[0] * Math.Pow((double)budgets[^1] / budgets[0], (double)step / GridSteps);
            var gains = Gains(budgets, scratch, scores, labels);
            if (Math.Abs(Sample.Mean(gains)) > t * Sample.StandardDeviation(gains)) continue;
            low = Math.Min(low, step == 0 ? 0 : labels);
            high = step == GridSteps ? double.PositiveInfinity : labels;
        }
        return new(estimate, Math.Min(low, estimate), Math.Max(high, estimate));
    }

    // score − score from scratch with so many labels, seed by seed.
    private static double[] Gains(int[] budgets, double[][] scratch, double[] scores, double labels)
    {
        var above = Math.Clamp(Array.FindIndex(budgets, b => b >= labels), 1, Math.Max(1, budgets.Length - 1));
        if (budgets.Length == 1) return PairedDifference.Differences(scores, scratch[0]);
        var share = Math.Clamp(Math.Log(labels / budgets[above - 1]) / Math.Log((double)budgets[above] / budgets[above - 1]), 0, 1);
        return [.. scores.Select((score, s) => score - (1 - share) * scratch[above - 1][s] - share * scratch[above][s])];
    }
}
