namespace GraphTune.Gnn;

/// <summary>How validation scores are averaged over epochs before the best is chosen: with few validation rows one epoch's score is mostly luck.</summary>
/// <remarks>
/// The smoothed score chooses the epoch, and patience counts from it; the weights kept are those at the end of that epoch, which is the last
/// of those averaged. What is reported is the epoch's own score. A score that is NaN is left out of the means, and never the best.
/// </remarks>
public sealed record ScoreSmoothing
{
    private ScoreSmoothing(double memory, int epochs) => (Memory, Epochs) = (memory, epochs);

    /// <summary>Every epoch by its own score.</summary>
    public static ScoreSmoothing None { get; } = new(0, 1);

    /// <summary>m_t = μ·m_{t−1} + (1 − μ)·s_t, divided by 1 − μᵗ, so that the first epochs are not drawn to zero.</summary>
    /// <param name="memory">μ, 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public static ScoreSmoothing Exponential(double memory) => memory is >= 0 and < 1
        ? new(memory, 1)
        : throw new ArgumentOutOfRangeException(nameof(memory), memory, "A share from 0 to below 1 is needed.");

    /// <summary>The plain mean of the last epochs, or of all while there are fewer.</summary>
    /// <param name="epochs">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public static ScoreSmoothing OverWindow(int epochs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        return new(0, epochs);
    }

    /// <summary>μ of an exponential mean; 0 for none.</summary>
    public double Memory { get; }

    /// <summary>Epochs of a window; 1 for none.</summary>
    public int Epochs { get; }

    /// <summary>The smoothed score of the last of some epochs.</summary>
    /// <param name="scores">The scores so far, NaN left out.</param>
    internal double Of(IReadOnlyList<double> scores)
    {
        if (Memory == 0) return scores.Skip(scores.Count - Epochs).Average();
        var (mean, weight) = (0.0, 0.0);
        foreach (var score in scores) (mean, weight) = (Memory * mean + (1 - Memory) * score, Memory * weight + 1 - Memory);
        return mean / weight;
    }
}
