using GraphTune.Autograd;
using GraphTune.Autograd.Ops;

namespace GraphTune.Gnn;

/// <summary>An elementwise function between layers.</summary>
public enum ActivationKind
{
    /// <summary>x as it is.</summary>
    None,

    /// <inheritdoc cref="Kernels.Relu"/>
    Relu,

    /// <inheritdoc cref="Kernels.LeakyRelu"/>
    LeakyRelu,

    /// <inheritdoc cref="Kernels.Elu"/>
    Elu,

    /// <inheritdoc cref="Kernels.Gelu"/>
    Gelu,

    /// <inheritdoc cref="Kernels.Silu"/>
    Silu,

    /// <inheritdoc cref="Kernels.Sigmoid"/>
    Sigmoid,

    /// <inheritdoc cref="Kernels.Tanh"/>
    Tanh,

    /// <inheritdoc cref="Kernels.ErfGelu"/>
    ErfGelu,
}

/// <summary>An elementwise function as a module, without parameters.</summary>
public sealed class Activation(ActivationKind kind) : TensorModule
{
    internal const float LeakySlope = 0.01f, EluScale = 1f;

    /// <summary>Which function.</summary>
    public ActivationKind Kind { get; } = kind;

    /// <summary>f(x), element by element; slopes and scales have their usual values.</summary>
    public override Var Forward(Var x) => Kind switch
    {
        ActivationKind.Relu => x.Relu(),
        ActivationKind.LeakyRelu => x.LeakyRelu(LeakySlope),
        ActivationKind.Elu => x.Elu(EluScale),
        ActivationKind.Gelu => x.Gelu(),
        ActivationKind.ErfGelu => x.ErfGelu(),
        ActivationKind.Silu => x.Silu(),
        ActivationKind.Sigmoid => x.Sigmoid(),
        ActivationKind.Tanh => x.Tanh(),
        _ => x,
    };
}
