using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>yₑ = ⟨xᵢ, xⱼ⟩ for each entry e = (i, j) of a pattern: how alike the two ends of an edge are.</summary>
/// <param name="X">x[n,f].</param>
/// <param name="In">Row i lists the nodes j; its edge ids say where each score lies.</param>
/// <param name="Out">The transpose of <paramref name="In"/>, with the same edge ids.</param>
/// <remarks>O(entries·f) work; holds nothing of the size entries × f, forward or backward. Deterministic.</remarks>
public sealed record EdgeScore(Tensor X, Csr In, Csr Out) : Op(X)
{
    /// <inheritdoc/>
    public override Shape Shape() => X.Shape.Rank == 2 && X.Shape[0] == In.Columns && In.Rows == In.Columns
        ? new(In.Entries)
        : throw new ShapeException($"EdgeScore: x is {X.Shape}, but the pattern is {In}; one row of x for each of as many rows as columns is needed");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Sddmm(In, X, X, y, RowScale: null, ColumnScale: null, Accumulate: false));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (!Wants(X, out var dx, out var add)) return;
        Run(new SpMM(In, X, dx, y.Grad, Accumulate: add));
        Run(new SpMM(Out, X, dx, y.Grad, Accumulate: true));
    }
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <inheritdoc cref="Ops.EdgeScore"/>
        public Var EdgeScore(Csr @in, Csr @out) => new EdgeScore(x, @in, @out).Apply();
    }
}
