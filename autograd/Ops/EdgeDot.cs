using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y[e,h] = ⟨target[i,h], source[j,h]⟩ for each entry e = (i, j) of a pattern, head by head: a dot product of each edge's two ends.</summary>
/// <param name="Target">target[m,h,f], one row for each row of the pattern.</param>
/// <param name="Source">source[n,h,f], one row for each column.</param>
/// <param name="In">Row i lists the columns j; its edge ids say where each result lies.</param>
/// <param name="Out">The transpose of <paramref name="In"/>, with the same edge ids.</param>
/// <remarks>O(entries·h·f) work; holds nothing of the size entries × f, forward or backward. Deterministic.</remarks>
public sealed record EdgeDot(Tensor Target, Tensor Source, Csr In, Csr Out) : Op(Target, Source)
{
    private static readonly ShapeRule Rule = "target[m,h,f] source[n,h,f] -> h[h]";

    /// <inheritdoc/>
    public override Shape Shape()
    {
        var heads = Rule.Infer(nameof(EdgeDot), Target.Shape, Source.Shape)[0];
        return Target.Shape[0] == In.Rows && Source.Shape[0] == In.Columns
            ? new(In.Entries, heads)
            : throw new ShapeException($"EdgeDot: target is {Target.Shape} and source {Source.Shape}, but the pattern is {In}");
    }

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Sddmm(In, Target, Source, y, RowScale: null, ColumnScale: null, Accumulate: false));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(Target, out var dt, out var add)) Run(new SpMM(In, Source, dt, y.Grad, Accumulate: add));
        if (Wants(Source, out var ds, out add)) Run(new SpMM(Out, Target, ds, y.Grad, Accumulate: add));
    }
}
