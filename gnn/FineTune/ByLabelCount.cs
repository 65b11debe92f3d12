using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>The usual recipe: the fewer labels there are, the less of the encoder may move.</summary>
/// <param name="Labels">Labelled training nodes.</param>
/// <remarks>
/// Under 100 labels the encoder is frozen and the head alone learns; up to 1,000 everything learns, the encoder at a small rate;
/// above, everything learns at moderate rates. The defaults are for steps of mini-batches.
/// </remarks>
public sealed record ByLabelCount(int Labels) : IStrategy
{
    internal const int Few = 100, Many = 1000;

    /// <summary>The rates that suit full-graph steps, each of which sees every label.</summary>
    /// <param name="labels">Labelled training nodes.</param>
    public static ByLabelCount OfFullGraph(int labels) => new(labels) { HeadRate = 1e-2f, SmallRate = 1e-3f, ModerateRate = 5e-3f };

    /// <summary>What the head learns at.</summary>
    public float HeadRate { get; init; } = 1e-3f;

    /// <summary>The encoder's rate with 100 to 1,000 labels.</summary>
    public float SmallRate { get; init; } = 5e-5f;

    /// <summary>The encoder's rate with more than 1,000 labels.</summary>
    public float ModerateRate { get; init; } = 5e-4f;

    /// <summary>The strategy that the number of labels leads to.</summary>
    public IStrategy Chosen => Labels switch
    {
        < Few => new LinearProbe(HeadRate),
        <= Many => new DiscriminativeRates(SmallRate, HeadRate),
        _ => new DiscriminativeRates(ModerateRate, HeadRate),
    };

    /// <inheritdoc/>
    public IEnumerable<ParameterGroup> Groups(Module model, int epoch) => Chosen.Groups(model, epoch);
}
