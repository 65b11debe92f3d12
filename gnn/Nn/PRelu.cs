using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>x where it is above 0, a·x elsewhere, with a slope a that learns. Parameter: <c>weight</c>[1], or one for each column.</summary>
/// <remarks>He et al. 2015, arXiv:1502.01852, eq. 1; as PyTorch's <c>PReLU</c>, a begins at 0.25.</remarks>
public sealed class PRelu : TensorModule
{
    /// <summary>A fresh one.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="columns">1 for one slope, or the number of columns of x.</param>
    /// <param name="initial">What slopes begin at.</param>
    public PRelu(Device device, int columns = 1, float initial = 0.25f) => Weight = Add("weight", Init.Constant(device, new Shape(columns), initial));

    /// <summary>a[1] or a[columns].</summary>
    public Parameter Weight { get; }

    /// <inheritdoc/>
    public override Var Forward(Var x) => x.PRelu(Weight);
}
