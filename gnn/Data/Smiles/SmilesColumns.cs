namespace GraphTune.Gnn.Data;

/// <summary>Which columns of a CSV file are what.</summary>
public sealed record SmilesColumns
{
    /// <summary>The column with the SMILES.</summary>
    public string Smiles { get; init; } = "smiles";

    /// <summary>The columns with labels; none for molecules without. All columns but the SMILES where null, and then all must be numbers.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>What the labels mean; where null, <see cref="TaskKind.Binary"/> if all are 0 and 1, else <see cref="TaskKind.Regression"/>.</summary>
    public TaskKind? Task { get; init; }

    /// <summary>Whether the molecules are split by their scaffolds, 80 / 10 / 10; otherwise there is no split.</summary>
    public bool Split { get; init; } = true;
}
