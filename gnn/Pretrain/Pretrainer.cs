using GraphTune.Engine;
using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.Pretrain;

/// <summary>Trains an encoder by a pretext task, on one graph or on many.</summary>
/// <remarks>
/// It runs for a fixed number of epochs, each one full-graph step or one pass over the graphs, with warm-up and cosine: a pretext loss does not say when the
/// encoder is best for a task that is not known yet. Nodes of later test rows are seen, without their labels (transductive).
/// </remarks>
public sealed record Pretrainer
{
    /// <summary>The task.</summary>
    public required IPretext Pretext { get; init; }

    /// <summary>Epochs; each is one full-graph step, or one pass over the graphs.</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>The peak learning rate.</summary>
    public float LearningRate { get; init; } = 1e-2f;

    /// <summary>Makes the optimizer; AdamW, if nothing else is said. Published recipes with an L2 penalty want <see cref="Adam"/>: a pretext's gradients are small, so that the penalty counts.</summary>
    public Func<Optimizer> Optimizer { get; init; } = static () => new AdamW();

    /// <summary>Weight decay, as the optimizer takes it.</summary>
    public float WeightDecay { get; init; } = 1e-4f;

    /// <summary>Share of all steps over which the rate rises linearly, 0 to below 1.</summary>
    public float WarmUp { get; init; } = 0.05f;

    /// <summary>Names every draw.</summary>
    public ulong Seed { get; init; }

    /// <summary>Called after every epoch, on the training thread.</summary>
    public Action<EpochReport>? Progress { get; init; }

    /// <summary>Stops after the step in progress; the encoder keeps what it has learnt.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>Trains the encoder on one graph.</summary>
    /// <param name="encoder">What learns.</param>
    /// <param name="graph">The edges.</param>
    /// <param name="features">Node features x[n,f].</param>
    /// <exception cref="ArithmeticException">The loss is not finite.</exception>
    public TrainReport Run(GraphEncoder encoder, Graph graph, Tensor features)
    {
        using var data = PretextData.Of(graph, features);
        return Run(encoder, data);
    }

    /// <summary>Trains the encoder.</summary>
    /// <param name="encoder">What learns.</param>
    /// <param name="data">What it learns from.</param>
    /// <exception cref="ArithmeticException">The loss is not finite.</exception>
    /// <exception cref="InvalidDataException">The task cannot be set on this data or this encoder; one line.</exception>
    public TrainReport Run(GraphEncoder encoder, PretextData data)
    {
        using var model = Pretext.Around(encoder, data, Seed);
        var steps = Epochs * data.StepsPerEpoch;
        var warmUp = (int)(WarmUp * steps);
        var trainer = new Trainer
        {
            Epochs = Epochs,
            StepsPerEpoch = data.StepsPerEpoch,
            Schedule = Schedule.Cosine(steps - warmUp).AfterWarmup(warmUp),
            Optimizer = Optimizer,
            Seed = Seed,
            Progress = Progress,
            Cancel = Cancel,
        };
        return trainer.Run(model, _ => [new("all", model.Parameters, LearningRate) { WeightDecay = WeightDecay }], model.Loss);
    }
}
