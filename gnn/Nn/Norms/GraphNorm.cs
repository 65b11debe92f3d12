using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>y = o / √(mean(o²) + ε)·γ + β with o = x − α·mean(x), for each graph and column (Cai et al. 2021, arXiv:2009.03294, eq. 6).</summary>
/// <remarks>Parameters: <c>weight</c> (γ, ones), <c>bias</c> (β, zeros), <c>mean_scale</c> (α, ones: how much of the mean is taken away).</remarks>
public sealed class GraphNorm : NormPerGraph
{
    private readonly float epsilon;

    /// <summary>A norm that starts as a plain one over each graph.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="channels">Columns of x.</param>
    /// <param name="epsilon">ε, above 0.</param>
    public GraphNorm(Device device, int channels, float epsilon = 1e-5f)
    {
        this.epsilon = epsilon;
        Weight = Add("weight", Init.Constant(device, new Shape(channels), 1f));
        Bias = Add("bias", Init.Constant(device, new Shape(channels), 0f));
        MeanScale = Add("mean_scale", Init.Constant(device, new Shape(channels), 1f));
    }

    /// <summary>γ.</summary>
    public Parameter Weight { get; }

    /// <summary>β.</summary>
    public Parameter Bias { get; }

    /// <summary>α.</summary>
    public Parameter MeanScale { get; }

    /// <inheritdoc/>
    public override Var Forward(Var x, RowIndex? batch)
    {
        var o = x - ToNodes(Means(x, batch) * MeanScale, batch);
        return o * ToNodes(Means(o * o, batch).Rsqrt(epsilon) * Weight, batch) + Bias;
    }
}
