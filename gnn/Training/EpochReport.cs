namespace GraphTune.Gnn;

/// <summary>What happened in one epoch.</summary>
/// <param name="Epoch">Which, from 0.</param>
/// <param name="Epochs">How many there will be at most.</param>
/// <param name="Loss">Mean training loss over the epoch's steps, dropout on.</param>
/// <param name="Validation">The validation score after the epoch; null where nothing is validated.</param>
/// <param name="LearningRate">The largest learning rate in use at the epoch's last step.</param>
/// <param name="Seconds">Time since training began.</param>
public sealed record EpochReport(int Epoch, int Epochs, double Loss, double? Validation, double LearningRate, double Seconds);

/// <summary>What a training run came to.</summary>
/// <param name="BestEpoch">The epoch whose weights the model has now, from 0; −1 where it was cancelled before the first ended.</param>
/// <param name="Validation">The best validation score; null where nothing was validated.</param>
/// <param name="Epochs">Every epoch that ended.</param>
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="PeakBytes">The most device memory in use at one time, by everything on the device.</param>
/// <param name="Cancelled">Whether it was told to stop.</param>
public sealed record TrainReport(int BestEpoch, double? Validation, IReadOnlyList<EpochReport> Epochs, double Seconds, long PeakBytes, bool Cancelled);
