namespace GraphTune.Gnn.Statistics;

/// <summary>Student's t distribution (Student 1908).</summary>
public static class StudentT
{
    /// <summary>P(T &gt; t).</summary>
    /// <param name="t">Any number.</param>
    /// <param name="degrees">Degrees of freedom, above 0.</param>
    /// <remarks>Computed without a difference of near-equal numbers, so small tails keep their digits.</remarks>
    public static double UpperTail(double t, double degrees)
    {
        if (t < 0) return 1 - UpperTail(-t, degrees);
        var square = t * t;
        return double.IsPositiveInfinity(square) ? 0
            : 0.5 * SpecialFunctions.IncompleteBeta(0.5 * degrees, 0.5, degrees / (degrees + square), square / (degrees + square));
    }

    /// <summary>The t below which a share <paramref name="probability"/> of the distribution lies.</summary>
    /// <param name="probability">Between 0 and 1, both left out.</param>
    /// <param name="degrees">Degrees of freedom, above 0 and finite.</param>
    /// <returns>The quantile, to about twelve digits.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static double Quantile(double probability, double degrees)
    {
        if (!(probability > 0 && probability < 1)) throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability between 0 and 1 is needed.");
        if (!(degrees > 0 && double.IsFinite(degrees))) throw new ArgumentOutOfRangeException(nameof(degrees), degrees, "Degrees of freedom are above 0 and finite.");
        return probability < 0.5 ? -AtUpperTail(probability, degrees) : AtUpperTail(1 - probability, degrees);
    }

    private static double AtUpperTail(double tail, double degrees)
    {
        if (tail >= 0.5) return 0;
        double low = 0, high = 1;
        while (UpperTail(high, degrees) > tail) (low, high) = (high, 2 * high);
        while (true)
        {
            var middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) return middle;
            if (UpperTail(middle, degrees) > tail) low = middle;
            else high = middle;
        }
    }
}
