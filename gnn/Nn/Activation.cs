using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

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

    /// <inheritdoc cref="GraphTune.Gnn.PRelu"/>
    PRelu,
}

/// <summary>An elementwise function as a module, without parameters.</summary>
public sealed class Activation : TensorModule
{
    internal const float LeakySlope = 0.01f, EluScale = 1f;

    /// <summary>A function.</summary>
    /// <param name="kind">Which.</param>
    /// <exception cref="ArgumentException">It has parameters.</exception>
    public Activation(ActivationKind kind) => Kind = kind != ActivationKind.PRelu ? kind
        : throw new ArgumentException("PRelu has a slope that learns, which this place has no room for: use a PRelu of its own, or LeakyRelu");

    /// <summary>Which function.</summary>
    public ActivationKind Kind { get; }

    /// <summary>A function as a module, with parameters of its own if it has any.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="device">Where its parameters are to live.</param>
    public static TensorModule Of(ActivationKind kind, Device device) => kind == ActivationKind.PRelu ? new PRelu(device) : new Activation(kind);

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
