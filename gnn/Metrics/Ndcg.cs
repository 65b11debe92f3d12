namespace GraphTune.Gnn.Metrics;

/// <summary>What an item of some relevance is worth.</summary>
public enum Gain
{
    /// <summary>The relevance itself (Järvelin and Kekäläinen 2002).</summary>
    Linear,

    /// <summary>2^relevance − 1 (Burges et al. 2005).</summary>
    Exponential,
}

/// <summary>Normalised discounted cumulative gain: DCG@k = Σ over ranks r ≤ k of gain ÷ log₂(r + 1), divided by that of the ideal order.</summary>
/// <remarks>Items of equal score share the mean of their gains at each rank they cover: the mean over all orders of the tied items (McSherry and Najork 2008).</remarks>
public static class Ndcg
{
    /// <summary>The value of one query.</summary>
    /// <param name="relevance">How relevant each item is, 0 or more.</param>
    /// <param name="scores">The score of each item.</param>
    /// <param name="k">How many ranks count; all where there are fewer items.</param>
    /// <param name="gain">What relevance is worth.</param>
    /// <returns>0 to 1; 0 where no item is relevant.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, a relevance is negative or NaN, or k is not positive.</exception>
    public static double Of(ReadOnlySpan<float> relevance, ReadOnlySpan<float> scores, int k = int.MaxValue, Gain gain = Gain.Linear)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        if (relevance.Length != scores.Length) throw new ArgumentException($"ndcg: {scores.Length} scores for {relevance.Length} items.");
        var gains = new double[relevance.Length];
        for (var i = 0; i < gains.Length; i++)
        {
            if (float.IsNaN(scores[i])) throw new ArgumentException($"ndcg: the score of item {i} is NaN; training has diverged or the input holds NaN.");
            if (!(relevance[i] >= 0)) throw new ArgumentException($"ndcg: the relevance {relevance[i]} of item {i} is not 0 or more.");
            gains[i] = gain == Gain.Linear ? relevance[i] : Math.Exp(relevance[i] * Math.Log(2)) - 1;
        }
        var ideal = Discounted(gains, [.. gains], k);
        return ideal == 0 ? 0 : Discounted(gains, Array.ConvertAll(scores.ToArray(), score => (double)score), k) / ideal;
    }

    /// <summary>The mean over queries.</summary>
    /// <param name="relevance">relevance[queries,items], row by row.</param>
    /// <param name="scores">scores[queries,items], row by row.</param>
    /// <param name="items">Items of each query.</param>
    /// <param name="k">How many ranks count.</param>
    /// <param name="gain">What relevance is worth.</param>
    /// <returns>0 to 1; NaN with no query.</returns>
    /// <exception cref="ArgumentException">As for one query, or the lengths are no multiple of <paramref name="items"/>.</exception>
    public static double Mean(ReadOnlySpan<float> relevance, ReadOnlySpan<float> scores, int items, int k = int.MaxValue, Gain gain = Gain.Linear)
    {
        if (items < 1 || relevance.Length % items != 0 || scores.Length != relevance.Length)
            throw new ArgumentException($"ndcg: {relevance.Length} relevances and {scores.Length} scores do not fit queries of {items} items.");
        var sum = 0.0;
        for (var start = 0; start < relevance.Length; start += items) sum += Of(relevance.Slice(start, items), scores.Slice(start, items), k, gain);
        return sum / (relevance.Length / items);
    }

    private static double Discounted(double[] gains, double[] scores, int k)
    {
        var gain = (double[])gains.Clone();
        Array.Sort(scores, gain);
        Array.Reverse(scores);
        Array.Reverse(gain);
        var sum = 0.0;
        for (int start = 0, end = 0; start < Math.Min(k, gain.Length); start = end)
        {
            double tied = 0, discounts = 0;
            for (; end < gain.Length && scores[end] == scores[start]; end++)
            {
                tied += gain[end];
                if (end < k) discounts += 1 / Math.Log2(end + 2);
            }
            sum += tied / (end - start) * discounts;
        }
        return sum;
    }
}
