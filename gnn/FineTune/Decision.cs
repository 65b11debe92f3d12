namespace GraphTune.Gnn.FineTune;

/// <summary>How well something is known to help.</summary>
public enum Evidence
{
    /// <summary>Custom, or a guess; or it was given.</summary>
    None,

    /// <summary>Shown on some tasks, or on others than graphs.</summary>
    Weak,

    /// <summary>Shown repeatedly, by several authors or by our own measurement on several data sets.</summary>
    Strong,
}

/// <summary>One thing that a recipe settles.</summary>
/// <param name="What">Which, such as <c>rate.encoder</c>: the name it is overridden by.</param>
/// <param name="Value">What it is set to, as text.</param>
/// <param name="Reason">Why; "given" where it was not chosen.</param>
/// <param name="Evidence">How well that is known.</param>
/// <param name="Source">Where it is known from; empty for custom.</param>
public sealed record Decision(string What, string Value, string Reason, Evidence Evidence, string Source);
