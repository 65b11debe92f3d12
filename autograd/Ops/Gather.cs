using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y[k] = x[index[k]]: picks rows. Its gradient sums, for each row, what was picked from it, in ascending order of k.</summary>
public sealed record Gather(Tensor X, RowIndex Rows) : Op(X)
{
    /// <inheritdoc/>
    public override Shape Shape() => X.Shape.Rank > 0 && X.Shape[0] == Rows.Rows
        ? X.Shape.WithRows(Rows.Count)
        : throw new ShapeException($"Gather: x is {X.Shape}, but the index is into {Rows.Rows} rows");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new GatherRows(X, Rows.Index, y));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new SpMM(Rows.Groups, y.Grad, dx, Accumulate: add));
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
        /// <inheritdoc cref="Ops.Gather"/>
        /// <param name="rows">Numbers of rows of x.</param>
        public Var Gather(RowIndex rows) => new Gather(x, rows).Apply();
    }
}
