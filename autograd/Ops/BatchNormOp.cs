using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>The means and variances that a batch norm has seen, kept from step to step.</summary>
/// <param name="Mean">μ[f].</param>
/// <param name="Variance">σ²[f], unbiased.</param>
/// <param name="Batches">One number: how many batches were seen; null where nobody asks.</param>
/// <param name="Momentum">The weight of a new batch, above 0 to 1; 0 for 1 / batches, the average of all.</param>
public sealed record RunningStatistics(Tensor Mean, Tensor Variance, Tensor? Batches = null, float Momentum = 0.1f)
{
    /// <summary>Moves the statistics towards those of one more batch.</summary>
    /// <param name="mean">Its means.</param>
    /// <param name="variance">Its variances.</param>
    /// <param name="scale">Multiplies the variances: n / (n − 1) where they are biased.</param>
    public void Update(Tensor mean, Tensor variance, float scale = 1f)
    {
        var device = Mean.Device;
        if (Batches is not null) device.Run(new Map<Shift>(Batches, Batches, 1f));
        device.Run(new RunningAverage(mean, 1f, Mean, Batches ?? Mean, Momentum));
        device.Run(new RunningAverage(variance, scale, Variance, Batches ?? Mean, Momentum));
    }
}

/// <summary>y = (x − μ) / √(σ² + ε)·γ + β for each column (Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1).</summary>
/// <param name="X">x[n,f].</param>
/// <param name="Gamma">γ[f]; null for 1.</param>
/// <param name="Beta">β[f]; null for 0.</param>
/// <param name="Running">Updated where the batch is measured, used where it is not; null for none.</param>
/// <param name="Measures">Whether μ and σ² (biased) are those of this batch; if not, the running ones, as constants.</param>
/// <param name="Epsilon">ε, above 0.</param>
/// <param name="Plain">Whether sums run straight down the columns and scale and shift are folded into one product and one sum, as PyTorch does on a CPU.</param>
/// <remarks>One pass over x to measure, one to normalise, two for the gradient. Statistics are summed in fixed blocks: deterministic.</remarks>
public sealed record BatchNormOp(Tensor X, Tensor? Gamma, Tensor? Beta, RunningStatistics? Running, bool Measures, float Epsilon = 1e-5f, bool Plain = false)
    : Op(Norms.Inputs(X, Gamma, Beta))
{
    private Tensor? mean, scale;

    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (X.Shape.Rank != 2) throw new ShapeException($"BatchNorm: x is {X.Shape}, but x[n,f] is needed");
        if (Running is null && !Measures) throw new ShapeException("BatchNorm: there are no running statistics to use; measure the batch");
        if (Running is not null && Running.Mean.Count != X.Shape[1]) throw new ShapeException($"BatchNorm: x is {X.Shape}, but the running statistics are of {Running.Mean.Count} columns");
        return Norms.Check("BatchNorm", X.Shape, Gamma, Beta);
    }

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        var columns = new Shape(X.Shape[1]);
        scale = y.Tape.Scratch(columns);
        mean = Running?.Mean;
        if (Measures)
        {
            mean = y.Tape.Scratch(columns);
            using var variance = new Tensor(y.Device, columns);
            if (Plain) Run(new ColumnChains(X, mean, variance));
            else Run(new ColumnMoments(X, mean, variance));
            if (X.Count > 0) Running?.Update(mean, variance, X.Shape[0] / Math.Max(1f, X.Shape[0] - 1f));
            Run(new Map<Rsqrt>(variance, scale, Epsilon));
        }
        else Run(new Map<Rsqrt>(Running!.Variance, scale, Epsilon));
        Run(new BatchNorm(X, mean!, scale, Gamma, Beta, y, Folded: Plain));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        using var sum = new Tensor(y.Device, mean!.Shape);
        using var dot = new Tensor(y.Device, mean.Shape);
        if (Measures || (Gamma is not null && Wants(Gamma)) || (Beta is not null && Wants(Beta))) Run(new NormSums(X, mean, scale!, y.Grad, sum, dot, PerRow: false));
        if (Wants(X, out var dx, out var add)) Run(new BatchNormGrad(X, mean, scale!, Gamma, y.Grad, Measures ? sum : null, Measures ? dot : null, dx, add));
        if (Gamma is not null && Wants(Gamma, out var dgamma, out add)) Run(new Axpby(1f, dot, add ? 1f : 0f, dgamma));
        if (Beta is not null && Wants(Beta, out var dbeta, out add)) Run(new Axpby(1f, sum, add ? 1f : 0f, dbeta));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => input != Beta;

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <inheritdoc cref="BatchNormOp"/>
        public Var BatchNorm(Tensor? gamma, Tensor? beta, RunningStatistics? running, bool measures, float epsilon = 1e-5f, bool plain = false) =>
            new BatchNormOp(x, gamma, beta, running, measures, epsilon, plain).Apply();
    }
}
