using GraphTune.Autograd;
using GraphTune.Autograd.Ops;

namespace GraphTune.Gnn;

/// <summary>x + inner(x): what is inside learns only the difference (He et al. 2016, arXiv:1512.03385, eq. 1).</summary>
public sealed class Residual : TensorModule
{
    /// <summary>Takes ownership of the module.</summary>
    /// <param name="inner">A module whose result is as wide as what it is given; its parts are named <c>inner.*</c>.</param>
    public Residual(TensorModule inner) => Inner = Add("inner", inner);

    /// <summary>What is added.</summary>
    public TensorModule Inner { get; }

    /// <inheritdoc/>
    public override Var Forward(Var x) => x + Inner.Forward(x);
}
