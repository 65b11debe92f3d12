namespace GraphTune.Gnn.Statistics;

/// <summary>An estimate and the interval it is uncertain in.</summary>
/// <param name="Estimate">The estimate, such as a mean over seeds.</param>
/// <param name="Low">The lower end; NaN where there is too little to tell.</param>
/// <param name="High">The upper end; NaN where there is too little to tell.</param>
public readonly record struct Interval(double Estimate, double Low, double High)
{
    /// <summary>The share of intervals that hold the true value, unless another is asked for.</summary>
    public const double UsualLevel = 0.95;

    /// <summary>Whether zero lies in the interval or on its border; true where there is none.</summary>
    public bool SpansZero => !(Low > 0 || High < 0);

    /// <summary>The mean of independent values with Student's t interval, mean ± t·s ÷ √n.</summary>
    /// <param name="values">One value a seed.</param>
    /// <param name="level">How much of the distribution the interval holds, between 0 and 1.</param>
    /// <returns>The interval; without ends for a single value, as one run says nothing about spread.</returns>
    /// <exception cref="ArgumentException">There is no value, or one is not finite.</exception>
    public static Interval OfMean(ReadOnlySpan<double> values, double level = UsualLevel)
    {
        if (values.IsEmpty) throw new ArgumentException("An interval needs at least one value.");
        foreach (var value in values)
            if (!double.IsFinite(value)) throw new ArgumentException($"An interval needs finite values, found {value}; leave failed runs out and say so.");
        var mean = Sample.Mean(values);
        if (values.Length == 1) return new(mean, double.NaN, double.NaN);
        var reach = StudentT.Quantile(0.5 + level / 2, values.Length - 1) * Sample.StandardDeviation(values) / Math.Sqrt(values.Length);
        return new(mean, mean - reach, mean + reach);
    }
}
