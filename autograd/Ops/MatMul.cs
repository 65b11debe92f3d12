using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y = a·b, with either operand read transposed.</summary>
/// <param name="A">a[n,k]; a[k,n] when it is transposed.</param>
/// <param name="B">b[k,m]; b[m,k] when it is transposed.</param>
/// <param name="Transposed">Which operand is read transposed.</param>
public sealed record MatMul(Tensor A, Tensor B, Transpose Transposed = Transpose.None) : Op(A, B)
{
    private static readonly ShapeRule Plain = "a[n,k] b[k,m] -> y[n,m]", Left = "a[k,n] b[k,m] -> y[n,m]", Right = "a[n,k] b[m,k] -> y[n,m]";

    /// <inheritdoc/>
    public override Shape Shape() => (Transposed switch { Transpose.Left => Left, Transpose.Right => Right, _ => Plain }).Infer(nameof(MatMul), A.Shape, B.Shape);

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Gemm(A, B, y, Transposed));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        var dy = y.Grad;
        if (Wants(A, out var da, out var add)) Run(Transposed switch
        {
            Transpose.Left => new Gemm(B, dy, da, Transpose.Right, add),
            Transpose.Right => new Gemm(dy, B, da, Transpose.None, add),
            _ => new Gemm(dy, B, da, Transpose.Right, add),
        });
        if (Wants(B, out var db, out add)) Run(Transposed switch
        {
            Transpose.Left => new Gemm(A, dy, db, Transpose.None, add),
            Transpose.Right => new Gemm(dy, A, db, Transpose.Left, add),
            _ => new Gemm(A, dy, db, Transpose.Left, add),
        });
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => (input == A && Wants(B)) || (input == B && Wants(A));

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}

public static partial class TensorMath
{
    extension(Var a)
    {
        /// <summary>a·b for a[n,k] and b[k,m]; with a transposed operand its two axes swap roles.</summary>
        public Var MatMul(Tensor b, Transpose transposed = Transpose.None) => new MatMul(a, b, transposed).Apply();
    }
}
