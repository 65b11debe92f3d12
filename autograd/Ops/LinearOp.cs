using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y = x·Wᵀ + b, or max(0, x·Wᵀ + b), in one pass: bias and rectifier are applied while a result is in registers.</summary>
/// <param name="X">x[n,k].</param>
/// <param name="W">w[m,k], one row for each output, as in PyTorch.</param>
/// <param name="B">b[m], or null for none.</param>
/// <param name="Relu">Whether to rectify. Its slope is 1 where y &gt; 0, so backward keeps y and nothing else.</param>
public sealed record LinearOp(Tensor X, Tensor W, Tensor? B = null, bool Relu = false) : Op(B is null ? [X, W] : [X, W, B])
{
    private static readonly ShapeRule Plain = "x[n,k] w[m,k] -> y[n,m]", Biased = "x[n,k] w[m,k] b[m] -> y[n,m]";

    /// <inheritdoc/>
    public override Shape Shape() => B is null ? Plain.Infer("Linear", X.Shape, W.Shape) : Biased.Infer("Linear", X.Shape, W.Shape, B.Shape);

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Gemm(X, W, y, Transpose.Right, Accumulate: false, B, Relu));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        var dy = y.Grad;
        if (Relu) Run(new MapGrad<Relu>(y, y, dy, dy, Accumulate: false));   // in place: nobody reads dy after
        if (Wants(X, out var dx, out var add)) Run(new Gemm(dy, W, dx, Transpose.None, add));
        if (Wants(W, out var dw, out add)) Run(new Gemm(dy, X, dw, Transpose.Left, add));
        if (B is not null && Wants(B, out var db, out add)) Run(new ColumnSum(dy, db, add));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => input == X ? Wants(W) : input == W && Wants(X);

    /// <inheritdoc/>
    public override bool ReadsResult => Relu;
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>x·Wᵀ + b for x[n,k], w[m,k] and b[m], rectified if wanted.</summary>
        public Var Linear(Tensor w, Tensor? b = null, bool relu = false) => new LinearOp(x, w, b, relu).Apply();
    }
}
