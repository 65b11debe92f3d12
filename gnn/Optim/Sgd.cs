using GraphTune.Kernels;

namespace GraphTune.Gnn.Optim;

/// <summary>What may be chosen in gradient descent; the defaults are PyTorch's.</summary>
public sealed record SgdOptions
{
    /// <summary>How much of the velocity stays from step to step; 0 for none.</summary>
    public double Momentum { get; init; }

    /// <summary>How much of the gradient is kept from the velocity, 0 to 1.</summary>
    public double Dampening { get; init; }

    /// <summary>Whether to step from where the velocity leads (Nesterov; Sutskever et al. 2013). Needs momentum and no dampening.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Whether to go up instead of down.</summary>
    public bool Maximize { get; init; }
}

/// <summary>Gradient descent with momentum; weight decay is added to the gradient.</summary>
/// <remarks>As in PyTorch the first velocity is the gradient itself, and the rate multiplies the velocity, not the gradient.</remarks>
public sealed class Sgd : Optimizer
{
    private readonly SgdOptions options;

    /// <summary>Gradient descent.</summary>
    /// <param name="options">Momentum and the rest; null for the defaults.</param>
    /// <exception cref="ArgumentException">Nesterov's form is asked for without momentum, or with dampening.</exception>
    public Sgd(SgdOptions? options = null)
    {
        this.options = options ?? new();
        if (this.options is { Nesterov: true } and not { Momentum: > 0, Dampening: 0 })
            throw new ArgumentException($"Nesterov's form needs momentum and no dampening, not {this.options.Momentum} and {this.options.Dampening}.");
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Slots => options.Momentum == 0 ? [] : ["momentum_buffer"];

    /// <inheritdoc/>
    protected override void Move(UpdateBatch batch, StepRates rates)
    {
        var rule = new SgdRule((float)rates.LearningRate, (float)rates.WeightDecay, (float)(rates.Momentum ?? options.Momentum), (float)(1 - options.Dampening), options.Maximize ? -1f : 1f);
        batch.Values.Device.Run(new Kernels.Sgd(batch.Values, batch.Grads, batch.Slots.Count == 0 ? null : batch.Slots[0], batch.Anchor, batch.Steps == 1, options.Nesterov, rates.Clip, rule, batch.Blocks));
    }
}
