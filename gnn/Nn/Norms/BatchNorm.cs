using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>What may be chosen in a <see cref="BatchNorm"/>; the defaults are PyTorch's.</summary>
public sealed record BatchNormOptions
{
    /// <summary>ε, added to the variance; above 0.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>The weight of a new batch in the running statistics, above 0 to 1; null for the average of all batches.</summary>
    public float? Momentum { get; init; } = 0.1f;

    /// <summary>Whether there are γ and β.</summary>
    public bool Affine { get; init; } = true;

    /// <summary>Whether statistics are kept for inference; if not, every batch is measured, at inference too.</summary>
    public bool TrackRunningStats { get; init; } = true;

    /// <summary>Whether a single row, which has no variance, is normalised by the running statistics instead of refused.</summary>
    public bool AllowSingleElement { get; init; }

    /// <summary>Whether to round as PyTorch does on a CPU rather than as exactly as here: for published models whose large activations turn one rounding into many.</summary>
    public bool RoundsAsPyTorch { get; init; }
}

/// <summary>y = (x − μ) / √(σ² + ε)·γ + β for each column. In training μ and σ² are the batch's, at inference the running ones.</summary>
/// <remarks>
/// Parameters: <c>weight</c>[channels] (γ, ones), <c>bias</c>[channels] (β, zeros). Buffers: <c>running_mean</c>, <c>running_var</c>,
/// <c>num_batches_tracked</c>. Frozen (its parameters do not learn) it keeps its statistics too, and uses them.
/// </remarks>
public sealed class BatchNorm : TensorModule
{
    private readonly BatchNormOptions options;
    private readonly RunningStatistics? running;

    /// <summary>A norm that starts with γ = 1, β = 0, running means of 0 and variances of 1.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="channels">Columns of x.</param>
    /// <param name="options">Its parts and constants; null for PyTorch's.</param>
    public BatchNorm(Device device, int channels, BatchNormOptions? options = null)
    {
        this.options = options ??= new();
        var columns = new Shape(channels);
        if (options.Affine)
        {
            Weight = Add("weight", Init.Constant(device, columns, 1f));
            Bias = Add("bias", Init.Constant(device, columns, 0f));
        }
        if (!options.TrackRunningStats) return;
        running = new(
            AddBuffer("running_mean", Init.Constant(device, columns, 0f)),
            AddBuffer("running_var", Init.Constant(device, columns, 1f)),
            AddBuffer("num_batches_tracked", Init.Constant(device, new Shape(1), 0f)),
            options.Momentum ?? 0f);
    }

    /// <summary>γ, or null.</summary>
    public Parameter? Weight { get; }

    /// <summary>β, or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>Whether the running statistics are used, and stay as they are, in training too, even while γ and β learn.</summary>
    public bool KeepsStatistics { get; set; }

    /// <summary>Normalises each column of x[n, channels].</summary>
    /// <exception cref="ShapeException">In training, x has a single row, and that is not allowed by the options.</exception>
    public override Var Forward(Var x)
    {
        var measures = running is null || (x.Tape.Records && Learns && !KeepsStatistics);
        if (measures && x.Shape[0] == 1 && x.Tape.Records)
        {
            if (!options.AllowSingleElement || running is null) throw new ShapeException($"BatchNorm: x is {x.Shape}, but one row has no variance; give more rows, or set AllowSingleElement with running statistics");
            measures = false;
        }
        return x.BatchNorm(Weight, Bias, running, measures, options.Epsilon, options.RoundsAsPyTorch);
    }
}
