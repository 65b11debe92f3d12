namespace GraphTune.Gnn.Statistics;

/// <summary>What a list of numbers looks like.</summary>
public static class Sample
{
    /// <summary>The mean; NaN of no values.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum / values.Length;
    }

    /// <summary>The standard deviation √(Σ(v − mean)² ÷ (n − 1)); NaN of fewer than two values.</summary>
    public static double StandardDeviation(ReadOnlySpan<double> values)
    {
        var mean = Mean(values);
        var sum = 0.0;
        foreach (var value in values) sum += (value - mean) * (value - mean);
        return Math.Sqrt(sum / (values.Length - 1));
    }

    /// <summary>The value at a share of the way through the sorted values, a straight line between two (Hyndman and Fan 1996, type 7).</summary>
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="share">0 for the smallest, 1 for the largest.</param>
    public static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        // Equal neighbours may be infinities, which have no difference.
        return place == below || sorted[below] == sorted[below + 1] ? sorted[below] : sorted[below] + (sorted[below + 1] - sorted[below]) * (place - below);
    }
}
