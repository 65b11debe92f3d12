using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Optim;
using GraphTune.Gnn.Sampling;

namespace GraphTune.Gnn.FineTune;

/// <summary>Trains a classifier on a task by one strategy, chooses the epoch on the validation rows, and reads the test score once.</summary>
/// <remarks>
/// The usual recipe says 10 to 20 epochs of mini-batches. A full-graph step sees every label at once, so here an epoch is
/// <see cref="StepsPerEpoch"/> steps between two validations: 20 × 10 are the 200 steps that Kipf and Welling trained their GCN for.
/// </remarks>
public sealed partial record FineTuner
{
    /// <summary>Who learns, and how fast.</summary>
    public required IStrategy Strategy { get; init; }

    /// <summary>Epochs at most.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Full-graph steps in an epoch.</summary>
    public int StepsPerEpoch { get; init; } = 10;

    /// <summary>Epochs without a better validation score after which training stops.</summary>
    public int Patience { get; init; } = int.MaxValue;

    /// <summary>How validation scores are averaged over epochs before the best is chosen and patience counted.</summary>
    public ScoreSmoothing Smoothing { get; init; } = ScoreSmoothing.None;

    /// <summary>Share of all steps over which rates rise linearly, 0 to below 1.</summary>
    public float WarmUp { get; init; } = 0.1f;

    /// <summary>Whether rates fall along a cosine after the warm-up; if not, they stay.</summary>
    public bool Cosine { get; init; } = true;

    /// <summary>The largest 2-norm of all gradients together.</summary>
    public float ClipNorm { get; init; } = 1f;

    /// <summary>What is minimised, over classes and binary tasks alike; numbers are predicted by the squared error.</summary>
    public LossOptions Loss { get; init; } = LossOptions.Plain;

    /// <summary>How often rows of each class are drawn; a full graph, whose step sees every row, weighs them in proportion instead.</summary>
    /// <remarks>Weights and adjustments of <see cref="Loss"/> then see equal classes, and do nothing more.</remarks>
    public ClassSampling Sampling { get; init; }

    /// <summary>What is fitted on the validation rows once the best epoch is known, and what the test score is then decided by; null for nothing.</summary>
    public CalibrationOptions? Calibrate { get; init; }

    /// <summary>What chooses the epoch and judges the result; null for the task's own.</summary>
    public IMetric? Metric { get; init; }

    /// <summary>How weights are averaged while they are trained; the average is then what is validated and kept. Null for none.</summary>
    public WeightAverage? Average { get; init; }

    /// <summary>Which mixtures of the starting and the tuned weights are tried after training, on the validation rows; the best one is kept. Null for none.</summary>
    public Interpolation? Interpolate { get; init; }

    /// <summary>Names dropout's random numbers. Initial weights are the model's own.</summary>
    public ulong Seed { get; init; }

    /// <summary>Called after every epoch, on the training thread.</summary>
    public Action<EpochReport>? Progress { get; init; }

    /// <summary>Stops after the step in progress; the best weights so far are kept, and scored.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>The loop that GCNs were published with: 200 epochs of one step at a constant rate, no clipping (Kipf and Welling 2017).</summary>
    public static FineTuner KipfWelling { get; } = new() { Strategy = new FirstLayerL2(), Epochs = 200, StepsPerEpoch = 1, WarmUp = 0, Cosine = false, ClipNorm = float.PositiveInfinity };

    /// <summary>The loop that GATs were published with: rate 0.005, an L2 of 0.0005 on all weights, up to 1000 epochs of one step, patience 100 (Veličković et al. 2018).</summary>
    public static FineTuner Velickovic { get; } = KipfWelling with { Strategy = new FirstLayerL2(LearningRate: 5e-3f, Everywhere: true), Epochs = 1000, Patience = 100 };

    /// <summary>Trains; the model then has the weights of its best validation epoch.</summary>
    /// <param name="model">An encoder, pre-trained or not, under a head for the task's classes.</param>
    /// <param name="task">The graph, labels and split.</param>
    /// <exception cref="InvalidDataException">The model has another number of inputs or classes than the task.</exception>
    /// <exception cref="ArithmeticException">The loss is not finite.</exception>
    public FineTuneReport Run(NodeClassifier model, NodeTask task)
    {
        task.Fits(model);
        Strategy.Prepare(model);
        using var objective = Objective(model, task);
        return Run(model, objective, task.Validation.ToArray(), task.Test);
    }

    /// <summary>Trains a model of whole graphs; an epoch is one pass over the training graphs, and <see cref="StepsPerEpoch"/> is not used.</summary>
    /// <param name="model">An encoder, pre-trained or not, under a head for the task's outputs; <see cref="IStrategy"/> says what of it learns.</param>
    /// <param name="task">The graphs, labels and split. Without validation graphs the last epoch's weights are kept.</param>
    /// <exception cref="InvalidDataException">The model gives another number of outputs than the task asks for.</exception>
    /// <exception cref="ArithmeticException">The loss is not finite.</exception>
    /// <remarks>
    /// The loss is binary cross-entropy over the labels that are there, cross-entropy, or the squared error, as the task says; the score is the
    /// task's metric, for several binary tasks the mean over those with both classes.
    /// </remarks>
    public FineTuneReport Run<TModel>(TModel model, GraphTask task) where TModel : Module, IGraphModel
    {
        task.Fits(model);
        Strategy.Prepare(model);
        using var objective = Objective(model, task);
        return Run(model, objective, task.Validation.ToArray(), task.Test);
    }

    /// <summary>Trains on sampled batches of a large graph; an epoch is one pass over the training nodes, and <see cref="StepsPerEpoch"/> is not used.</summary>
    /// <param name="model">An encoder, pre-trained or not, under a head for the task's classes.</param>
    /// <param name="task">The graph, labels, split and fan-out. Scores are computed with all neighbours, layer by layer.</param>
    /// <exception cref="InvalidDataException">The model has another number of inputs, classes or hops than the task.</exception>
    /// <exception cref="ArithmeticException">The loss is not finite.</exception>
    public FineTuneReport Run(NodeClassifier model, SampledTask task)
    {
        task.Fits(model);
        Strategy.Prepare(model);
        using var objective = new SampledObjective(model, task, Metric ?? Metrics.Metric.ByName(task.Data.Metric), new TaskLoss(task.Device, Loss, task.Counts, Sampling), Draws);
        return Run(model, objective, task.Validation.ToArray(), task.Test);
    }

    private FineTuneReport Run(Module model, IObjective objective, int[] validation, TestRows test)
    {
        if (Interpolate is not null && validation.Length == 0) throw new ArgumentException("FineTuner: there are no validation rows to choose a mixture of weights by; leave Interpolate out");
        using var start = new WeightSnapshot(model);
        var trainer = Trainer(objective.HigherIsBetter, objective.Steps);
        var trained = trainer.Run(model, epoch => Strategy.Groups(model, epoch), tape => StepLoss(objective, new(tape, model), start), validation.Length == 0 ? null : () => objective.Score(validation));
        Strategy.Finish(model);
        objective.WeightsChanged();
        float? alpha = Interpolate is null ? null : WiseFt.Sweep(model, start, Interpolate, () => Score(validation), objective.HigherIsBetter).Alpha;
        objective.WeightsChanged();
        var calibration = Calibrate is { } options && validation.Length > 0 ? objective.Calibrated(validation, options) : null;
        return new(objective.Metric, objective.Score(test.Open(), calibration), model.Sha256(), trained) { Alpha = alpha, Distances = LayerDistance.Of(model, start), Calibration = calibration };

        double Score(int[] rows)
        {
            objective.WeightsChanged();
            return objective.Score(rows);
        }
    }

    private NodeObjective Objective(NodeClassifier model, NodeTask task) =>
        new(model, task, Metric ?? Metrics.Metric.ByName(task.Metric), new TaskLoss(task.Graph.Device, Loss, task.Counts, Sampling, drawn: false), StepsPerEpoch);

    private GraphObjective Objective(IGraphModel model, GraphTask task)
    {
        var metric = Metric ?? (task.Data.Task == TaskKind.Regression ? null : Metrics.Metric.ByName(task.Data.Metric, task.Data.Tasks.Count));
        return new(model, task, metric, new TaskLoss(task.Device, Loss, task.Counts, Sampling), Draws);
    }

    private Var StepLoss(IObjective objective, TrainingStep step, WeightSnapshot start)
    {
        var loss = objective.Loss(step, Strategy.ReadsEmbeddings ? start : null);
        return Strategy.Penalty(step) is { } penalty ? loss + penalty : loss;
    }

    private LoaderOptions Draws => new() { Seed = Seed, Sampling = Sampling };

    private Trainer Trainer(bool higherIsBetter, int stepsPerEpoch) => new()
    {
        Epochs = Epochs,
        StepsPerEpoch = stepsPerEpoch,
        Patience = Patience,
        Smoothing = Smoothing,
        Schedule = Schedule(stepsPerEpoch),
        ClipNorm = ClipNorm,
        Average = Average,
        HigherIsBetter = higherIsBetter,
        Seed = Seed,
        Progress = Progress,
        Cancel = Cancel,
    };

    private Schedule Schedule(int stepsPerEpoch)
    {
        var steps = Epochs * stepsPerEpoch;
        var warmUp = (int)(WarmUp * steps);
        return (Cosine ? Optim.Schedule.Cosine(steps - warmUp) : Optim.Schedule.Constant()).AfterWarmup(warmUp);
    }
}
