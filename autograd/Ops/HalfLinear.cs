using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y = x·Wᵀ + b for constant features x that are stored in 16 bits: half the memory, and half the reading, of floats.</summary>
/// <param name="X">x[n,k], bfloat16 or half, as <typeparamref name="TFormat"/> says.</param>
/// <param name="W">w[m,k].</param>
/// <param name="B">b[m], or null for none.</param>
/// <remarks>Sums are floats. No gradient flows into x.</remarks>
public sealed record HalfLinear<TFormat>(Halves X, Tensor W, Tensor? B = null) : Op(B is null ? [W] : [W, B]) where TFormat : struct, IFormat<TFormat>
{
    private static readonly ShapeRule Plain = "x[n,k] w[m,k] -> y[n,m]", Biased = "x[n,k] w[m,k] b[m] -> y[n,m]";

    /// <inheritdoc/>
    public override Shape Shape() => B is null ? Plain.Infer("Linear", X.Shape, W.Shape) : Biased.Infer("Linear", X.Shape, W.Shape, B.Shape);

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new WidenGemm<TFormat>(X, W, B, y));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(W, out var dw, out var add)) Run(new WidenGemmGrad<TFormat>(y.Grad, X, dw, add));
        if (B is not null && Wants(B, out var db, out add)) Run(new ColumnSum(y.Grad, db, add));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => false;

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}

/// <summary>Products of constants that are stored in 16 bits.</summary>
public static class HalfInput
{
    extension(Tape tape)
    {
        /// <inheritdoc cref="HalfLinear{TFormat}"/>
        /// <param name="x">x[n,k], narrowed to this format.</param>
        /// <param name="w">w[m,k].</param>
        /// <param name="b">b[m], or null for none.</param>
        /// <exception cref="ShapeException">The operands do not fit together.</exception>
        public Var Linear<TFormat>(Halves x, Tensor w, Tensor? b = null) where TFormat : struct, IFormat<TFormat> =>
            new HalfLinear<TFormat>(x, tape.Input(w), b).Apply();
    }
}
