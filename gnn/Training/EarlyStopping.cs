namespace GraphTune.Gnn;

/// <summary>Remembers the best validation score and says when to stop waiting for a better one.</summary>
/// <param name="patience">Epochs without a better score after which training ends; at least 1.</param>
/// <param name="higherIsBetter">Whether a larger score is a better one.</param>
/// <remarks>Of equal scores the earliest is kept; NaN is never the best. Prechelt 1998, "Early stopping, but when?".</remarks>
public sealed class EarlyStopping(int patience, bool higherIsBetter = true)
{
    /// <summary>The epoch of the best score, from 0; −1 before the first.</summary>
    public int BestEpoch { get; private set; } = -1;

    /// <summary>The best score; NaN before the first.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>Takes the score of an epoch.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Offer(int epoch, double score)
    {
        var better = !double.IsNaN(score) && (BestEpoch < 0 || (higherIsBetter ? score > Best : score < Best));
        if (better) (BestEpoch, Best) = (epoch, score);
        return better;
    }

    /// <summary>Whether <paramref name="epoch"/> is <c>patience</c> epochs past the best one.</summary>
    public bool Expired(int epoch) => (long)epoch - BestEpoch >= patience;
}
