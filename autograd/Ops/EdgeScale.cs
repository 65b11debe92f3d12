using GraphTune.Engine;

namespace GraphTune.Autograd.Ops;

/// <summary>y[e] = w[e]·s[i]·t[j] over the entries e = (i, j): an adjacency matrix scaled by rows and by columns.</summary>
/// <param name="W">w[e] in the order of the entries of <paramref name="In"/>.</param>
/// <param name="RowScale">s[rows]; null for ones.</param>
/// <param name="ColumnScale">t[columns]; null for ones.</param>
/// <param name="In">Row i lists the columns j.</param>
/// <param name="Out">The transpose, with the position of each entry in <paramref name="In"/>.</param>
public sealed record EdgeScale(Tensor W, Tensor? RowScale, Tensor? ColumnScale, Csr In, Csr Out) : Op([W, .. Given(RowScale), .. Given(ColumnScale)])
{
    /// <inheritdoc/>
    public override Shape Shape() => W.Shape == new Shape(In.Entries) && (RowScale is null || RowScale.Shape == new Shape(In.Rows)) && (ColumnScale is null || ColumnScale.Shape == new Shape(In.Columns))
        ? W.Shape
        : throw new ShapeException($"EdgeScale w[e] s[rows] t[columns]: w is {W.Shape}, s {RowScale?.Shape}, t {ColumnScale?.Shape}, for {In}");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Kernels.EdgeScale(In, W, RowScale, ColumnScale, y));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(W, out var dw, out var add)) Run(new Kernels.EdgeScale(In, y.Grad, RowScale, ColumnScale, dw, add));
        if (RowScale is not null && Wants(RowScale, out var ds, out add)) Run(new Kernels.EdgeDot(In, y.Grad, W, ColumnScale, ds, add));
        if (ColumnScale is not null && Wants(ColumnScale, out var dt, out add)) Run(new Kernels.EdgeDot(Out, y.Grad, W, RowScale, dt, add));
    }

    private static Tensor[] Given(Tensor? x) => x is null ? [] : [x];
}
