namespace GraphTune.Gnn.Statistics;

/// <summary>The rising sequence that is nearest to given values in least squares (Ayer et al. 1955).</summary>
public static class Isotonic
{
    /// <summary>Pools neighbours that fall, until none does.</summary>
    /// <param name="values">Finite values, in order.</param>
    /// <returns>As many values, each at least the one before.</returns>
    /// <remarks>O(n). The pool-adjacent-violators algorithm; all values weigh alike.</remarks>
    public static double[] Rising(ReadOnlySpan<double> values)
    {
        var pools = new Stack<(double Sum, int Count)>();
        foreach (var value in values)
        {
            var pool = (Sum: value, Count: 1);
            while (pools.TryPeek(out var below) && below.Sum * pool.Count >= pool.Sum * below.Count)
            {
                pools.Pop();
                pool = (pool.Sum + below.Sum, pool.Count + below.Count);
            }
            pools.Push(pool);
        }
        return [.. pools.Reverse().SelectMany(pool => Enumerable.Repeat(pool.Sum / pool.Count, pool.Count))];
    }
}
