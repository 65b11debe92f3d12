namespace GraphTune.Gnn.FineTune;

/// <summary>How a task is to be fine-tuned, and why so.</summary>
/// <param name="Tuner">The strategy and the loop, ready to run.</param>
/// <param name="Facts">What it was chosen from.</param>
/// <param name="Decisions">Every choice with its reason.</param>
public sealed record Recipe(FineTuner Tuner, TaskFacts Facts, IReadOnlyList<Decision> Decisions)
{
    /// <summary>What it would have the parts of a model learn at, whichever of them do.</summary>
    public required StrategyRates Rates { get; init; }

    /// <summary>The facts and the decisions as one JSON object: <c>facts</c>, and <c>decisions</c> with what, value, reason, evidence and source.</summary>
    public string ToJson() => OptionsJson.Write(new { Facts, Decisions });

    /// <summary>One line for each decision.</summary>
    public override string ToString() => string.Join('\n', Decisions.Select(d => $"{d.What} = {d.Value}: {d.Reason}{(d.Source.Length == 0 ? "" : $" ({d.Source})")}"));
}

/// <summary>Peak learning rates.</summary>
/// <param name="Head">Of the new head.</param>
/// <param name="Encoder">Of the pre-trained encoder, and of what is added to it.</param>
public readonly record struct StrategyRates(float Head, float Encoder);
