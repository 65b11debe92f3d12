using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn;

/// <summary>What may be chosen in an <see cref="InstanceNorm"/>; the defaults are PyG's.</summary>
public sealed record InstanceNormOptions
{
    /// <summary>ε, added to the variance; above 0.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>The weight of a new batch in the running statistics, above 0 to 1.</summary>
    public float Momentum { get; init; } = 0.1f;

    /// <summary>Whether there are γ and β.</summary>
    public bool Affine { get; init; }

    /// <summary>Whether statistics are kept for inference; if not, every graph is measured, at inference too.</summary>
    public bool TrackRunningStats { get; init; }
}

/// <summary>y = (x − μ) / √(σ² + ε)·γ + β for each graph and column (Ulyanov, Vedaldi and Lempitsky 2017, arXiv:1607.08022).</summary>
/// <remarks>
/// The running statistics move towards the mean over graphs of their means and unbiased variances. Parameters and buffers are named as in
/// <see cref="BatchNorm"/>, and stay as they are when frozen, as there; <c>num_batches_tracked</c> is kept for the file's sake, and PyTorch does not count in it.
/// </remarks>
public sealed class InstanceNorm : NormPerGraph
{
    private readonly InstanceNormOptions options;
    private readonly RunningStatistics? running;

    /// <summary>A norm that starts with γ = 1, β = 0, running means of 0 and variances of 1.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="channels">Columns of x.</param>
    /// <param name="options">Its parts and constants; null for PyG's.</param>
    public InstanceNorm(Device device, int channels, InstanceNormOptions? options = null)
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
            Momentum: options.Momentum);
        AddBuffer("num_batches_tracked", Init.Constant(device, new Shape(1), 0f));
    }

    /// <summary>γ, or null.</summary>
    public Parameter? Weight { get; }

    /// <summary>β, or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>Whether the running statistics are used, and stay as they are, in training too, even while γ and β learn.</summary>
    public bool KeepsStatistics { get; set; }

    /// <inheritdoc/>
    public override Var Forward(Var x, RowIndex? batch)
    {
        var measures = running is null || (x.Tape.Records && Learns && !KeepsStatistics);
        if (batch is null || !measures) return x.BatchNorm(Weight, Bias, running, measures, options.Epsilon);

        var means = Means(x, batch);
        var centred = x - ToNodes(means, batch);
        var variances = Means(centred * centred, batch);
        if (running is not null && x.Count > 0)
        {
            var unbiased = x.Tape.Input(batch.InverseCount).Map<Unbiased>().Reshape(batch.Rows, 1);
            running.Update(means.ColumnMean(), (variances * unbiased).ColumnMean());
        }
        var scale = variances.Rsqrt(options.Epsilon);
        var hat = centred * ToNodes(Weight is null ? scale : scale * Weight, batch);
        return Bias is null ? hat : hat + Bias;
    }
}
