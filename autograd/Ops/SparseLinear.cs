using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y = x·Wᵀ for a sparse x: each row of y sums the columns of W that x's row names.</summary>
/// <param name="X">x[n,f].</param>
/// <param name="W">w[m,f].</param>
/// <remarks>W is transposed first, so that what is summed lies side by side. Its gradient is the same sum over x's columns, transposed back.</remarks>
public sealed record SparseLinear(SparseVar X, Tensor W) : Op(X.Value, W)
{
    private Var? columns;

    /// <inheritdoc/>
    public override Shape Shape() => W.Shape.Rank == 2 && W.Shape[1] == X.Rows.Columns
        ? new Shape(X.Rows.Rows, W.Shape[0])
        : throw new ShapeException($"Linear x[n,k] w[m,k] -> y[n,m]: x is sparse, [{X.Rows.Rows}, {X.Rows.Columns}], but w is {W.Shape}");

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        columns = y.Tape.Scratch(new Shape(W.Shape[1], W.Shape[0]));
        Run(new CopyTransposed(W, columns));
        Run(new SpMM(X.Rows, columns, y, X.Value));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X.Value, out var dx, out var add)) Run(new Sddmm(X.Rows, y.Grad, columns!, dx, RowScale: null, ColumnScale: null, add));
        if (Wants(W, out var dw, out add))
        {
            using var sums = new Tensor(y.Device, columns!.Shape);
            Run(new SpMM(X.Columns, y.Grad, sums, X.Value));
            Run(new CopyTransposed(sums, dw, add));
        }
    }

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}
