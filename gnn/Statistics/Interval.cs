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

    /// <summary>A share of rows with Wilson's score interval, which stays within 0 to 1 and is sound for few rows (Wilson 1927).</summary>
    /// <param name="hits">Rows that are.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="level">How much of the distribution the interval holds, between 0 and 1.</param>
    /// <returns>The interval; NaN with no rows.</returns>
    /// <exception cref="ArgumentException">There are more hits than rows, or fewer than none.</exception>
    public static Interval Wilson(long hits, long rows, double level = UsualLevel)
    {
        if (hits < 0 || hits > rows) throw new ArgumentException($"A share of {hits} in {rows} rows is none.");
        if (rows == 0) return new(double.NaN, double.NaN, double.NaN);
        double share = (double)hits / rows, z = SpecialFunctions.NormalQuantile(0.5 + level / 2), square = z * z / rows;
        var middle = (share + square / 2) / (1 + square);
        var reach = z * Math.Sqrt(share * (1 - share) / rows + square / (4 * rows)) / (1 + square);
        return new(share, Math.Max(0, middle - reach), Math.Min(1, middle + reach));
    }
}
