using GraphTune.Engine;

namespace GraphTune.Gnn.Statistics;

/// <summary>The percentile bootstrap: how an estimate spreads when its runs are drawn again with replacement (Efron 1979).</summary>
/// <remarks>Same seed, same interval, on every machine. With fewer than about ten runs it is too narrow; Student's interval is the better one there.</remarks>
public static class Bootstrap
{
    /// <summary>How often runs are drawn again, unless said otherwise.</summary>
    public const int UsualResamples = 10_000;

    /// <summary>The interval of any statistic of <paramref name="runs"/> runs, such as the number of labels at which two curves meet.</summary>
    /// <param name="runs">How many runs there are.</param>
    /// <param name="statistic">Computes the estimate from the runs whose numbers it is given; pairs stay pairs if it looks both up by one number. It may give an infinity, but not NaN.</param>
    /// <param name="seed">Names the draws.</param>
    /// <param name="resamples">How often runs are drawn again.</param>
    /// <param name="level">How much of the drawn estimates the interval holds, between 0 and 1.</param>
    /// <returns>The estimate of the runs as they are, and its interval; without ends for a single run.</returns>
    /// <exception cref="ArgumentException">There is no run, or the statistic gave NaN.</exception>
    public static Interval Of(int runs, Func<ReadOnlySpan<int>, double> statistic, ulong seed = 0, int resamples = UsualResamples, double level = Interval.UsualLevel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(runs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        int[] drawn = [.. Enumerable.Range(0, runs)];
        var estimate = Checked(statistic(drawn));
        if (runs == 1) return new(estimate, double.NaN, double.NaN);
        var rng = new Rng(seed);
        var estimates = new double[resamples];
        for (var i = 0; i < resamples; i++)
        {
            for (var run = 0; run < runs; run++) drawn[run] = rng.Next(runs);
            estimates[i] = Checked(statistic(drawn));
        }
        Array.Sort(estimates);
        return new(estimate, Sample.Quantile(estimates, 0.5 - level / 2), Sample.Quantile(estimates, 0.5 + level / 2));
    }

    /// <summary>The interval of a mean.</summary>
    /// <param name="values">One value a run; for a paired comparison, <see cref="PairedDifference.Differences"/>.</param>
    /// <param name="seed">Names the draws.</param>
    /// <param name="resamples">How often runs are drawn again.</param>
    /// <param name="level">How much of the drawn means the interval holds, between 0 and 1.</param>
    /// <returns>The mean and its interval; without ends for a single run.</returns>
    /// <exception cref="ArgumentException">There is no value, or one is NaN.</exception>
    public static Interval OfMean(double[] values, ulong seed = 0, int resamples = UsualResamples, double level = Interval.UsualLevel) => Of(values.Length, drawn =>
    {
        var sum = 0.0;
        foreach (var run in drawn) sum += values[run];
        return sum / drawn.Length;
    }, seed, resamples, level);

    private static double Checked(double estimate) => double.IsNaN(estimate) ? throw new ArgumentException("The bootstrapped statistic gave NaN; it must be defined for every draw of the runs.") : estimate;
}
