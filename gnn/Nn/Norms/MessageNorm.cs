using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>yᵢ = s·‖xᵢ‖ₚ·mᵢ / max(‖mᵢ‖ₚ, 10⁻¹²): gives messages the length of the node they reach (Li et al. 2020, arXiv:2006.07739, eq. 11).</summary>
/// <remarks><c>scale</c>[1] (s, starts at 1) is a parameter if it learns, else a buffer, which no optimizer moves.</remarks>
public sealed class MessageNorm : Module
{
    private const float Least = 1e-12f;   // PyTorch's normalize divides by no less
    private readonly float p;
    private readonly Tensor scale;

    /// <summary>A norm with s = 1.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="learnsScale">Whether s learns.</param>
    /// <param name="p">Which norm; above 0.</param>
    public MessageNorm(Device device, bool learnsScale = false, float p = 2f)
    {
        this.p = p;
        var start = Init.Constant(device, new Shape(1), 1f);
        scale = learnsScale ? Add("scale", start) : AddBuffer("scale", start);
    }

    /// <summary>The messages, each as long as its node's row times s.</summary>
    /// <param name="x">x[n,f], the nodes.</param>
    /// <param name="message">m[n,g], one a node.</param>
    public Var Forward(Var x, Var message) => message / message.RowNorm(p).AtLeast(Least) * x.RowNorm(p) * scale;
}
