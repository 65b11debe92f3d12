using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>y = (x − μ) / √(σ² + ε)·γ + β, μ and σ² over all nodes and columns of a graph: PyG's LayerNorm in mode <c>graph</c>.</summary>
/// <remarks>
/// Parameters: <c>weight</c>[channels] (γ, ones), <c>bias</c>[channels] (β, zeros). As in PyG, one graph without a batch is divided by
/// σ + ε instead: ε is added to the deviation, not the variance.
/// </remarks>
public sealed class GraphLayerNorm : NormPerGraph
{
    private readonly float epsilon;

    /// <summary>A norm that starts with γ = 1 and β = 0.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="channels">Columns of x.</param>
    /// <param name="epsilon">ε, above 0.</param>
    /// <param name="affine">Whether there are γ and β.</param>
    public GraphLayerNorm(Device device, int channels, float epsilon = 1e-5f, bool affine = true)
    {
        this.epsilon = epsilon;
        if (!affine) return;
        Weight = Add("weight", Init.Constant(device, new Shape(channels), 1f));
        Bias = Add("bias", Init.Constant(device, new Shape(channels), 0f));
    }

    /// <summary>γ, or null.</summary>
    public Parameter? Weight { get; }

    /// <summary>β, or null.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override Var Forward(Var x, RowIndex? batch)
    {
        var hat = batch is null ? Whole(x) : Each(x, batch);
        return Weight is null || Bias is null ? hat : hat * Weight + Bias;
    }

    private Var Whole(Var x)
    {
        var centred = x - x.Mean();
        return centred / ((centred * centred).Mean().Sqrt() + epsilon);
    }

    private Var Each(Var x, RowIndex batch)
    {
        var centred = x - ToNodes(Means(x.RowMean(), batch), batch);
        return centred * ToNodes(Means((centred * centred).RowMean(), batch).Rsqrt(epsilon), batch);
    }
}
