using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>Which numbers a sum runs over.</summary>
public enum Over
{
    /// <summary>All: the result is y[1].</summary>
    All,

    /// <summary>The rows of each column: x[n,m] gives y[m].</summary>
    Rows,

    /// <summary>The columns of each row: x[n,m] gives y[n,1], which x[n,m] may be multiplied with.</summary>
    Columns,
}

/// <summary>y = scale · Σ x, over all numbers, down each column or along each row.</summary>
/// <remarks>Summed in fixed blocks, so bits do not depend on the number of threads. A mean has scale 1 / count; of nothing it is NaN, as 0 · ∞.</remarks>
public sealed record Sum(Tensor X, Over Over = Over.All, float Scale = 1f) : Op(X)
{
    /// <inheritdoc/>
    public override Shape Shape() => (Over, X.Shape.Rank) switch
    {
        (Over.All, _) => new(1),
        (Over.Rows, 2) => new(X.Shape[1]),
        (Over.Columns, 2) => new(X.Shape[0], 1),
        _ => throw new ShapeException($"Sum over {Over}: x is {X.Shape}, where x[n,m] is needed"),
    };

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        if (Over == Over.All) Run(new Kernels.Sum(X, y, Scale: Scale));
        else if (Over == Over.Rows) Run(new ColumnSum(X, y, Scale: Scale));
        else Run(new RowSum(X, y, X.Shape[1], Scale: Scale));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new Expand(y.Grad, dx, PerRow: Over != Over.Rows, add, Scale));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => false;

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>Σ x over all elements: y[1].</summary>
        public Var Sum() => new Sum(x).Apply();

        /// <summary>The mean of all elements: y[1].</summary>
        public Var Mean() => new Sum(x, Over.All, 1f / x.Count).Apply();

        /// <summary>yⱼ = Σᵢ x[i,j] for x[n,m]: y[m].</summary>
        public Var ColumnSum() => new Sum(x, Over.Rows).Apply();

        /// <summary>The mean of each column of x[n,m]: y[m].</summary>
        public Var ColumnMean() => new Sum(x, Over.Rows, 1f / x.Shape[0]).Apply();

        /// <summary>yᵢ = Σⱼ x[i,j] for x[n,m]: y[n,1].</summary>
        public Var RowSum() => new Sum(x, Over.Columns).Apply();

        /// <summary>The mean of each row of x[n,m]: y[n,1].</summary>
        public Var RowMean() => new Sum(x, Over.Columns, 1f / x.Shape[1]).Apply();
    }
}
