using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.FineTune;

/// <summary>One way to predictions, as a comparison runs it.</summary>
public interface IMethod
{
    /// <summary>A short name, unlike that of any other method compared: <c>scratch</c>, <c>full</c>, ….</summary>
    string Name { get; }

    /// <summary>Whether it starts from the pre-trained encoder, or reads it.</summary>
    bool Pretrained { get; }

    /// <summary>All that its results depend on, besides the bench, the seed and the number of labels; null where that cannot be told, and so no result can be kept.</summary>
    /// <param name="labels">The number of training labels.</param>
    string? Identity(int labels);

    /// <summary>Runs once. Everything is chosen on the validation rows; the test score is read once.</summary>
    /// <param name="bench">The data and the encoder.</param>
    /// <param name="split">The rows.</param>
    /// <param name="seed">Names everything random.</param>
    /// <param name="watch">Who looks on.</param>
    /// <exception cref="ArithmeticException">Training diverged.</exception>
    RunResult Run(Bench bench, Split split, ulong seed, RunWatch watch);
}

/// <summary>A method that trains a whole model.</summary>
/// <param name="Name"><c>scratch</c>, <c>linear-probe</c>, <c>full</c> or <c>recipe</c>.</param>
/// <param name="Pretrained">Whether it starts from the pre-trained encoder; if not, from fresh weights.</param>
/// <param name="Tuner">The strategy and the loop; its seed, progress and cancellation are set by the comparison.</param>
public sealed record Method(string Name, bool Pretrained, FineTuner Tuner) : IMethod
{
    /// <summary>The strategy and the loop for a number of training labels, where they depend on it; null for <see cref="Tuner"/>.</summary>
    public Func<int, FineTuner>? ForLabels { get; init; }

    /// <summary>The strategy and the loop for a number of training labels.</summary>
    public FineTuner TunerFor(int labels) => ForLabels?.Invoke(labels) ?? Tuner;

    /// <inheritdoc/>
    /// <remarks>Strategies are records, which print all they hold. What prints as a mere type name may hold anything.</remarks>
    public string? Identity(int labels)
    {
        var tuner = TunerFor(labels) with { Seed = 0, Progress = null, Cancel = default };
        var strategy = $"{tuner.Strategy}";
        var type = tuner.Strategy.GetType();
        return strategy.Contains("System.", StringComparison.Ordinal) || strategy == $"{type}" ? null : $"{type} from {(Pretrained ? "the encoder" : "scratch")}: {tuner}";
    }

    /// <inheritdoc/>
    public RunResult Run(Bench bench, Split split, ulong seed, RunWatch watch)
    {
        using var model = bench.Model(seed, Pretrained);
        var report = bench.Train(model, TunerFor(split.Train.Length) with { Seed = seed, Cancel = watch.Cancel, Progress = watch.Progress }, split);
        var run = new RunResult(seed, report.Test, report.Validation, report.BestEpoch, report.WeightsSha256)
        {
            Epochs = report.Training.Epochs,
            Seconds = report.Training.Seconds,
            PeakBytes = report.Training.PeakBytes,
            Cancelled = report.Training.Cancelled,
            Distances = report.Distances,
            Calibration = report.Calibration,
            Reliability = watch.Reliability ? ReliabilityBin.Of(bench, bench.Predict(model, split.Validation), split.Validation) : [],
        };
        watch.Trained?.Invoke(run, model);
        return run;
    }
}

/// <summary>Who looks on while a method runs.</summary>
public sealed record RunWatch
{
    /// <summary>Called after every epoch, on the training thread.</summary>
    public Action<EpochReport>? Progress { get; init; }

    /// <summary>Called with a model that was trained, before it is thrown away.</summary>
    public Action<RunResult, Module>? Trained { get; init; }

    /// <summary>Whether predictions on the validation rows are to be compared with their labels.</summary>
    public bool Reliability { get; init; }

    /// <summary>Ends after the step in progress.</summary>
    public CancellationToken Cancel { get; init; }
}

/// <summary>How far a comparison is.</summary>
/// <param name="Method">The method that runs.</param>
/// <param name="Seed">The seed that runs.</param>
/// <param name="Run">Which run it is of all, from 0.</param>
/// <param name="Runs">How many runs there are.</param>
/// <param name="Epoch">The epoch that has just ended.</param>
public sealed record ComparisonProgress(string Method, ulong Seed, int Run, int Runs, EpochReport Epoch);
