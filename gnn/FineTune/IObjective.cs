using GraphTune.Autograd;

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

    /// <summary>The loss of the next step.</summary>
    Var Loss(Tape tape);

    /// <summary>The score over some rows, with the weights as they are.</summary>
    double Score(ReadOnlySpan<int> rows);
}
