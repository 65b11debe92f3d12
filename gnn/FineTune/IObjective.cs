using GraphTune.Autograd;
using GraphTune.Gnn.Metrics;

namespace GraphTune.Gnn.FineTune;

/// <summary>What a run of a <see cref="FineTuner"/> minimises, and how it is judged.</summary>
internal interface IObjective : IDisposable
{
    /// <summary>Steps of an epoch.</summary>
    int Steps { get; }

    /// <summary>What the scores are: <c>accuracy</c>, <c>auroc</c>, <c>rmse</c>, ….</summary>
    string Metric { get; }

    /// <summary>Whether a larger score is a better one.</summary>
    bool HigherIsBetter { get; }

    /// <summary>The loss of the next step; the step gets to see its embeddings where they are wanted.</summary>
    /// <param name="step">Says on which tape.</param>
    /// <param name="start">The weights before training, where the step is to have embeddings; null where it is not.</param>
    Var Loss(TrainingStep step, WeightSnapshot? start = null);

    /// <summary>The score over some rows, with the weights as they are, decided by a calibration; null for outputs as they come.</summary>
    double Score(ReadOnlySpan<int> rows, Calibration? calibration = null);

    /// <summary>Fits a calibration on some rows.</summary>
    Calibration Calibrated(ReadOnlySpan<int> rows, CalibrationOptions options);

    /// <summary>Says that weights were changed otherwise than by steps: nothing that was computed before holds.</summary>
    void WeightsChanged() { }
}
