using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y = f(x), element by element, for the f that <typeparamref name="TOp"/> defines, with its constant <paramref name="A"/>.</summary>
public sealed record MapOp<TOp>(Tensor X, float A = 0f) : Op(X) where TOp : struct, IMap<TOp>
{
    /// <inheritdoc/>
    public override Shape Shape() => X.Shape;

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Map<TOp>(X, y, A));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        var dy = y.Grad;
        if (Slope is 1f) PassOn(y, X);
        else if (Wants(X, y, out var dx, out var add))
        {
            if (Slope is { } slope) Run(new Axpby(slope, dy, add ? 1f : 0f, dx));
            else Run(new MapGrad<TOp>(TOp.SlopeReadsX(A) ? X : y, y, dy, dx, add, A));
        }
    }

    private float? Slope => TOp.ConstantSlope(A);

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => Slope is null && TOp.SlopeReadsX(A);

    /// <inheritdoc/>
    public override bool ReadsResult => Slope is null;
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>Applies any elementwise function, one of yours too.</summary>
        public Var Map<TOp>(float a = 0f) where TOp : struct, IMap<TOp> => new MapOp<TOp>(x, a).Apply();

        /// <inheritdoc cref="Kernels.Relu"/>
        public Var Relu() => x.Map<Relu>();

        /// <inheritdoc cref="Kernels.LeakyRelu"/>
        public Var LeakyRelu(float slope = 0.2f) => x.Map<LeakyRelu>(slope);

        /// <inheritdoc cref="Kernels.Elu"/>
        public Var Elu(float alpha = 1f) => x.Map<Elu>(alpha);

        /// <inheritdoc cref="Kernels.Gelu"/>
        public Var Gelu() => x.Map<Gelu>();

        /// <inheritdoc cref="Kernels.ErfGelu"/>
        public Var ErfGelu() => x.Map<ErfGelu>();

        /// <inheritdoc cref="Kernels.Log"/>
        public Var Log() => x.Map<Log>();

        /// <inheritdoc cref="Kernels.Silu"/>
        public Var Silu() => x.Map<Silu>();

        /// <inheritdoc cref="Kernels.Sigmoid"/>
        public Var Sigmoid() => x.Map<Sigmoid>();

        /// <inheritdoc cref="Kernels.Sqrt"/>
        public Var Sqrt(float a = 0f) => x.Map<Sqrt>(a);

        /// <inheritdoc cref="Kernels.AtLeast"/>
        public Var AtLeast(float a) => x.Map<AtLeast>(a);

        /// <inheritdoc cref="Kernels.Rsqrt"/>
        public Var Rsqrt(float a = 0f) => x.Map<Rsqrt>(a);

        /// <inheritdoc cref="Kernels.Tanh"/>
        public Var Tanh() => x.Map<Tanh>();
    }
}
