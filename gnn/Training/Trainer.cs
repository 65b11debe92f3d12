using GraphTune.Autograd;
using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn;

/// <summary>The training loop: epochs of steps, one tape a step, and the best weights at the end.</summary>
/// <remarks>
/// The loss is read from the device once an epoch. Random numbers are named by (<see cref="Seed"/>, step), so the same seed gives
/// the same bits with any number of threads. From the second epoch on no device memory is allocated.
/// </remarks>
public sealed record Trainer
{
    /// <summary>Epochs at most.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Optimizer steps in an epoch. A full-graph step sees every label, so an epoch is a number of steps, not a pass over batches.</summary>
    public int StepsPerEpoch { get; init; } = 1;

    /// <summary>Losses whose gradients are averaged into one step.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>The largest 2-norm of all gradients together; longer ones are scaled down. Infinite for no limit.</summary>
    public float ClipNorm { get; init; } = float.PositiveInfinity;

    /// <summary>Multiplies every group's learning rate, step by step.</summary>
    public Schedule Schedule { get; init; } = Schedule.Constant();

    /// <summary>Makes the optimizer of a run; AdamW, if nothing else is said.</summary>
    public Func<Optimizer> Optimizer { get; init; } = static () => new AdamW();

    /// <summary>Epochs without a better validation score after which training stops.</summary>
    public int Patience { get; init; } = int.MaxValue;

    /// <summary>How weights are averaged; the average is then what is validated and kept. Null for the weights themselves.</summary>
    public WeightAverage? Average { get; init; }

    /// <summary>How validation scores are averaged over epochs before the best is chosen and patience counted.</summary>
    public ScoreSmoothing Smoothing { get; init; } = ScoreSmoothing.None;

    /// <summary>Whether a larger validation score is a better one.</summary>
    public bool HigherIsBetter { get; init; } = true;

    /// <summary>Names every random number of the run.</summary>
    public ulong Seed { get; init; }

    /// <summary>Called after every epoch, on the training thread.</summary>
    public Action<EpochReport>? Progress { get; init; }

    /// <summary>Stops after the step in progress; the best weights so far are kept.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>Trains, and leaves the model with the weights of its best epoch (without validation: of the last).</summary>
    /// <param name="model">What learns. Its parameters outside every group are frozen, and stay so.</param>
    /// <param name="groups">The parameter groups of an epoch.</param>
    /// <param name="loss">One number computed on the tape it is given; called <see cref="Accumulate"/> times a step.</param>
    /// <param name="validate">The validation score after an epoch; null to keep the last weights.</param>
    /// <exception cref="ArithmeticException">The loss is not finite; the model has its best weights so far.</exception>
    public TrainReport Run(Module model, Func<int, IEnumerable<ParameterGroup>> groups, Func<Tape, Var> loss, Func<double>? validate = null)
    {
        using var run = new TrainingRun(this, model, loss, validate);
        return run.ToEnd(groups);
    }
}
