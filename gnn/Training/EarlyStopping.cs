namespace GraphTune.Gnn;

/// <summary>Remembers the best validation score and says when to stop waiting for a better one.</summary>
/// <param name="patience">Epochs without a better score after which training ends; at least 1.</param>
/// <param name="higherIsBetter">Whether a larger score is a better one.</param>
/// <param name="smoothing">How scores are averaged over epochs before they are compared; null for not at all.</param>
/// <remarks>Of equal scores the earliest is kept; NaN is never the best. Prechelt 1998, "Early stopping, but when?".</remarks>
public sealed class EarlyStopping(int patience, bool higherIsBetter = true, ScoreSmoothing? smoothing = null)
{
    private readonly List<double> scores = [];

    /// <summary>The epoch of the best score, from 0; −1 before the first.</summary>
    public int BestEpoch { get; private set; } = -1;

    /// <summary>The best score, smoothed; NaN before the first.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>The best epoch's own score, which is <see cref="Best"/> without smoothing; NaN before the first.</summary>
    public double BestScore { get; private set; } = double.NaN;

    /// <summary>Takes the score of an epoch.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Offer(int epoch, double score)
    {
        if (double.IsNaN(score)) return false;
        scores.Add(score);
        var smoothed = smoothing is null ? score : smoothing.Of(scores);
        var better = BestEpoch < 0 || (higherIsBetter ? smoothed > Best : smoothed < Best);
        if (better) (BestEpoch, Best, BestScore) = (epoch, smoothed, score);
        return better;
    }

    /// <summary>Whether <paramref name="epoch"/> is <c>patience</c> epochs past the best one.</summary>
    public bool Expired(int epoch) => (long)epoch - BestEpoch >= patience;
}
