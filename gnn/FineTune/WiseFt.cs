namespace GraphTune.Gnn.FineTune;

/// <summary>Which mixtures of the starting weights and the tuned ones are tried after training.</summary>
public sealed record Interpolation
{
    /// <summary>The shares of the tuned weights, each from 0 to 1.</summary>
    public IReadOnlyList<float> Alphas { get; init; } = [0f, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f, 1f];

    /// <summary>Selects what is mixed, as in <see cref="Module.Select"/>; all else has its tuned weights. A head that started at random had better be left out.</summary>
    public string Glob { get; init; } = "*";
}

/// <summary>Straight lines between the weights before and after fine-tuning.</summary>
/// <remarks>Wortsman et al. 2022, arXiv:2109.01903. Batch norms' statistics are mixed like weights. What did not move stays bit for bit.</remarks>
public static class WiseFt
{
    /// <summary>Gives a model start + α·(tuned − start); α = 0 and α = 1 are the two ends, bit for bit.</summary>
    /// <param name="model">What both were kept of.</param>
    /// <param name="start">The weights before training.</param>
    /// <param name="tuned">The weights after it.</param>
    /// <param name="alpha">The share of the tuned weights, 0 to 1.</param>
    /// <param name="glob">Selects what is mixed; all else gets its tuned weights.</param>
    public static void Interpolate(Module model, WeightSnapshot start, WeightSnapshot tuned, float alpha, string glob = "*")
    {
        if (!(alpha is >= 0f and <= 1f)) throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "WiseFt: alpha must be from 0 to 1");
        if (alpha < 1f) tuned.Restore(model);
        if (alpha < 1f) start.Restore(model, glob);
        if (alpha > 0f) tuned.MixInto(model, alpha);
    }

    /// <summary>Tries mixtures, gives the model the one that scores best, and says which; of equal ones the nearest to the tuned weights.</summary>
    /// <param name="model">It has its tuned weights.</param>
    /// <param name="start">The weights before training.</param>
    /// <param name="mixtures">Which to try.</param>
    /// <param name="score">The score on validation rows of the model as it is.</param>
    /// <param name="higherIsBetter">Whether a larger score is a better one.</param>
    /// <returns>The share chosen, and its score.</returns>
    public static (float Alpha, double Score) Sweep(Module model, WeightSnapshot start, Interpolation mixtures, Func<double> score, bool higherIsBetter = true)
    {
        using var tuned = new WeightSnapshot(model);
        (float Alpha, double Score) best = (1f, score());
        foreach (var alpha in mixtures.Alphas.Where(a => a != 1f).OrderDescending())
        {
            Interpolate(model, start, tuned, alpha, mixtures.Glob);
            var got = score();
            if (higherIsBetter ? got > best.Score : got < best.Score) best = (alpha, got);
        }
        Interpolate(model, start, tuned, best.Alpha, mixtures.Glob);
        return best;
    }
}
