namespace GraphTune.Gnn.Data;

/// <summary>What came out of a CSV file with SMILES.</summary>
/// <param name="Data">The molecules that could be read, with their SMILES as <see cref="GraphDataset.Ids"/>.</param>
/// <param name="Skipped">The rows that could not, each with the reason.</param>
public sealed record SmilesTable(GraphDataset Data, IReadOnlyList<SkippedSmiles> Skipped);
