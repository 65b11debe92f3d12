namespace GraphTune.Gnn.Data;

/// <summary>Which labelled nodes teach, which choose, and which judge.</summary>
/// <param name="Train">Nodes whose labels the loss sees.</param>
/// <param name="Validation">Nodes on which the epoch, rates and strategy are chosen.</param>
/// <param name="Test">Nodes for the final score alone.</param>
public sealed record Split(int[] Train, int[] Validation, TestRows Test);
