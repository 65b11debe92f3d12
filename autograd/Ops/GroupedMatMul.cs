using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>yᵢ = xᵢ·B[g] for the rows i of each group g: many products in one launch.</summary>
/// <param name="X">x[n,k], the rows of a group side by side.</param>
/// <param name="B">b[groups,k,m]; b[groups,m,k] when it is transposed.</param>
/// <param name="Start">The first row of each group, and n: groups + 1 ascending numbers from 0.</param>
/// <param name="Transposed">None, or Right: yᵢ = xᵢ·B[g]ᵀ, as weights are stored.</param>
public sealed record GroupedMatMul(Tensor X, Tensor B, Indices Start, Transpose Transposed = Transpose.None) : Op(X, B)
{
    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (Transposed == Transpose.Left) throw new ShapeException("GroupedMatMul: the groups are rows of x, which cannot be transposed");
        var (inner, outer) = Transposed == Transpose.Right ? (2, 1) : (1, 2);
        return X.Shape.Rank == 2 && B.Shape.Rank == 3 && B.Shape[0] == Start.Count - 1 && B.Shape[inner] == X.Shape[1]
            ? new Shape(X.Shape[0], B.Shape[outer])
            : throw new ShapeException($"GroupedMatMul x[n,k] b[{(inner == 2 ? "groups,m,k" : "groups,k,m")}] -> y[n,m]: x is {X.Shape}, b is {B.Shape}, and there are {Start.Count - 1} groups");
    }

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new GroupedGemm(X, Start, B, y, Transposed));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        var back = Transposed == Transpose.Right ? Transpose.None : Transpose.Right;
        if (Wants(X, out var dx, out var add)) Run(new GroupedGemm(y.Grad, Start, B, dx, back, add));
        if (!Wants(B, out var db, out add)) return;
        Run(Transposed == Transpose.Right ? new GroupedGemmGrad(y.Grad, X, Start, db, add) : new GroupedGemmGrad(X, y.Grad, Start, db, add));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => (input == X && Wants(B)) || (input == B && Wants(X));

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <inheritdoc cref="Ops.GroupedMatMul"/>
        /// <param name="b">b[groups,k,m]; b[groups,m,k] when it is transposed.</param>
        /// <param name="start">The first row of each group, and n: groups + 1 ascending numbers from 0, such as <c>RowIndex.Groups.RowStart</c> of sorted groups.</param>
        /// <param name="transposed">None, or Right.</param>
        public Var GroupedMatMul(Tensor b, Indices start, Transpose transposed = Transpose.None) => new GroupedMatMul(x, b, start, transposed).Apply();
    }
}
