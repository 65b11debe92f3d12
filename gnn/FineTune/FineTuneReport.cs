using System.Globalization;

namespace GraphTune.Gnn.FineTune;

/// <summary>What a fine-tuning run came to.</summary>
/// <param name="Metric">What the scores are: <c>accuracy</c>, <c>auroc</c>, ….</param>
/// <param name="Test">The score on the test rows, read once, with the weights of the best validation epoch.</param>
/// <param name="WeightsSha256">The fingerprint of those weights.</param>
/// <param name="Training">The epochs, the time and the memory.</param>
public sealed record FineTuneReport(string Metric, double Test, string WeightsSha256, TrainReport Training)
{
    /// <summary>How far each layer has gone from its starting weights, from the input up.</summary>
    public IReadOnlyList<LayerDistance> Distances { get; init; } = [];

    /// <summary>The share of the tuned weights that was chosen on the validation rows (<see cref="FineTuner.Interpolate"/>); null where none was tried.</summary>
    public float? Alpha { get; init; }

    /// <summary>What was fitted on the validation rows, and decided the test score; null where nothing was. Save it with the model, under <see cref="Metrics.Calibration.Key"/>.</summary>
    public Metrics.Calibration? Calibration { get; init; }

    /// <summary>The epoch with the best validation score, from 0.</summary>
    public int BestEpoch => Training.BestEpoch;

    /// <summary>The validation score of that epoch.</summary>
    public double Validation => Training.Validation ?? double.NaN;

    /// <summary>One line: test and validation score, epoch, time, memory.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"test {Metric} {Test:0.0000}, validation {Validation:0.0000} at epoch {BestEpoch} of {Training.Epochs.Count}, {Training.Seconds:0.0} s, {Training.PeakBytes / 1e6:0.0} MB");
}
