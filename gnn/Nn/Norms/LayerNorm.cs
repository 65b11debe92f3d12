using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>y = (x − μ) / √(σ² + ε)·γ + β for each row. Parameters: <c>weight</c>[channels] (γ, ones), <c>bias</c>[channels] (β, zeros).</summary>
/// <remarks>PyTorch's LayerNorm over the last axis, and PyG's in mode <c>node</c>.</remarks>
public sealed class LayerNorm : TensorModule
{
    private readonly float epsilon;

    /// <summary>A norm that starts with γ = 1 and β = 0.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="channels">Columns of x.</param>
    /// <param name="epsilon">ε, added to the variance; above 0.</param>
    /// <param name="affine">Whether there are γ and β.</param>
    public LayerNorm(Device device, int channels, float epsilon = 1e-5f, bool affine = true)
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

    /// <summary>Normalises each row of x[n, channels].</summary>
    public override Var Forward(Var x) => x.LayerNorm(Weight, Bias, epsilon);
}
