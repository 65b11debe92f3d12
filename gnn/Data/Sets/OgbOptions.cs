namespace GraphTune.Gnn.Data;

/// <summary>What an OGB folder does not say of itself.</summary>
public sealed record OgbOptions
{
    /// <summary>Which folder of <c>split/</c>; the only one where null.</summary>
    public string? Split { get; init; }

    /// <summary>Whether edges go one way only, as in syntax trees. Otherwise the missing direction of each edge is added.</summary>
    public bool Directed { get; init; }

    /// <summary>What the labels mean; where null, 0 and 1 alone are <see cref="TaskKind.Binary"/>, one column of other whole numbers <see cref="TaskKind.MultiClass"/>, all else <see cref="TaskKind.Regression"/>.</summary>
    public TaskKind? Task { get; init; }
}
