namespace GraphTune.Gnn.FineTune;

/// <summary>One way to a trained model, as a comparison runs it.</summary>
/// <param name="Name"><c>scratch</c>, <c>linear-probe</c>, <c>full</c> or <c>recipe</c>.</param>
/// <param name="Pretrained">Whether it starts from the pre-trained encoder; if not, from fresh weights.</param>
/// <param name="Tuner">The strategy and the loop; its seed, progress and cancellation are set by the comparison.</param>
public sealed record Method(string Name, bool Pretrained, FineTuner Tuner);

/// <summary>How far a comparison is.</summary>
/// <param name="Method">The method that runs.</param>
/// <param name="Seed">The seed that runs.</param>
/// <param name="Run">Which run it is of all, from 0.</param>
/// <param name="Runs">How many runs there are.</param>
/// <param name="Epoch">The epoch that has just ended.</param>
public sealed record ComparisonProgress(string Method, ulong Seed, int Run, int Runs, EpochReport Epoch);
