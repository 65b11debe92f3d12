namespace GraphTune.Gnn.Statistics;

/// <summary>Holm's correction for several comparisons made at once (Holm 1979).</summary>
/// <remarks>If a difference is called detected where its adjusted p is at most α, then the chance that any of them is called so by accident is at most α, however they depend on each other.</remarks>
public static class Holm
{
    /// <summary>The adjusted p of each comparison: the i-th smallest of m becomes (m − i)·p, counted from 0, at least that of the one before, at most 1.</summary>
    /// <param name="p">The p of each comparison made.</param>
    /// <returns>In the same order.</returns>
    /// <exception cref="ArgumentException">A p is not between 0 and 1.</exception>
    public static double[] Adjust(ReadOnlySpan<double> p)
    {
        foreach (var one in p)
            if (!(one is >= 0 and <= 1)) throw new ArgumentException($"A p is between 0 and 1, found {one}.");
        int[] order = [.. Enumerable.Range(0, p.Length)];
        Array.Sort(p.ToArray(), order);
        var adjusted = new double[p.Length];
        var largest = 0.0;
        for (var i = 0; i < order.Length; i++)
        {
            largest = Math.Max(largest, Math.Min(1, (p.Length - i) * p[order[i]]));
            adjusted[order[i]] = largest;
        }
        return adjusted;
    }
}
