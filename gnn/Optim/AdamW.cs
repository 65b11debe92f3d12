using GraphTune.Kernels;

namespace GraphTune.Gnn.Optim;

/// <summary>What may be chosen in Adam and AdamW; the defaults are PyTorch's.</summary>
public sealed record AdamOptions
{
    /// <summary>How much of the mean gradient stays from step to step.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How much of the mean squared gradient stays from step to step.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square, after its bias is corrected.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether to divide by the largest mean square so far (Reddi et al. 2018, "On the convergence of Adam and beyond").</summary>
    public bool AmsGrad { get; init; }

    /// <summary>Whether to go up instead of down.</summary>
    public bool Maximize { get; init; }
}

/// <summary>Adam with decoupled weight decay: the parameter shrinks by rate · decay before each step.</summary>
/// <param name="options">Betas, epsilon and the rest; null for the defaults.</param>
/// <remarks>Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2, as PyTorch has it: the rate multiplies the decay.</remarks>
public sealed class AdamW(AdamOptions? options = null) : AdamOptimizer(options)
{
    private protected override bool Decoupled => true;
}

/// <summary>Adam; weight decay is added to the gradient, as an L2 penalty.</summary>
/// <param name="options">Betas, epsilon and the rest; null for the defaults.</param>
/// <remarks>Kingma and Ba 2015, arXiv:1412.6980, algorithm 1.</remarks>
public sealed class Adam(AdamOptions? options = null) : AdamOptimizer(options)
{
    private protected override bool Decoupled => false;
}

/// <summary>What Adam and AdamW share: all but where weight decay enters.</summary>
public abstract class AdamOptimizer : Optimizer
{
    private readonly AdamOptions options;

    private protected AdamOptimizer(AdamOptions? options)
    {
        this.options = options ?? new();
        Slots = this.options.AmsGrad ? ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"] : ["exp_avg", "exp_avg_sq"];
    }

    private protected abstract bool Decoupled { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Slots { get; }

    /// <inheritdoc/>
    protected override void Move(UpdateBatch batch, StepRates rates)
    {
        double beta1 = rates.Momentum ?? options.Beta1, beta2 = options.Beta2;
        var rule = new AdamRule(
            Rate: (float)(rates.LearningRate / (1 - Math.Pow(beta1, batch.Steps))),
            Shrink: Decoupled ? (float)(1 - rates.LearningRate * rates.WeightDecay) : 1f,
            Decay: Decoupled ? 0f : (float)rates.WeightDecay,
            Keep1: (float)beta1, Add1: (float)(1 - beta1), Keep2: (float)beta2, Add2: (float)(1 - beta2),
            Root: (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, batch.Steps))),
            Epsilon: (float)options.Epsilon,
            Sign: options.Maximize ? -1f : 1f);
        batch.Values.Device.Run(new Kernels.Adam(batch.Values, batch.Grads, batch.Slots[0], batch.Slots[1], options.AmsGrad ? batch.Slots[2] : null, batch.Anchor, rates.Clip, rule, batch.Blocks));
    }
}
