namespace GraphTune.Gnn.Data;

/// <summary>Which labelled nodes (or graphs, where a data set has many) teach, which choose, and which judge.</summary>
/// <param name="Train">Rows whose labels the loss sees.</param>
/// <param name="Validation">Rows on which the epoch, rates and strategy are chosen; none in the folds of a cross-validation.</param>
/// <param name="Test">Rows for the final score alone.</param>
public sealed record Split(int[] Train, int[] Validation, TestRows Test);
