using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>yᵢ = sᵢ · Σₑ wₑ·tⱼ·xⱼ over the entries e = (i, j) of a pattern. Its gradient runs over the transpose; that of w is a dot product per entry.</summary>
/// <param name="X">x[n], x[n, f], or x[n, h, f] for h heads.</param>
/// <param name="In">Row i lists the columns j; its edge ids say where each entry's weight lies.</param>
/// <param name="Out">The transpose of <paramref name="In"/>, with the same edge ids.</param>
/// <param name="Weight">w[e], or w[e, h] for x[n, h, f]; null for ones.</param>
/// <param name="Scale">One constant per row, such as 1 / its entries for a mean; null for ones.</param>
/// <param name="ColumnScale">One constant per column, t; null for ones.</param>
/// <remarks>O(entries·f) work; holds nothing of the size entries × f. Deterministic.</remarks>
public sealed record Aggregate(Tensor X, Csr In, Csr Out, Tensor? Weight = null, Tensor? Scale = null, Tensor? ColumnScale = null) : Op(Weight is null ? [X] : [X, Weight])
{
    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (X.Shape.Rank == 0 || X.Shape[0] != In.Columns) throw new ShapeException($"Aggregate: x is {X.Shape}, but the pattern has {In.Columns} columns: give x[{In.Columns}, f]");
        var heads = Weight?.Shape.Rank == 2 ? Weight.Shape[1] : 1;
        if (Weight is not null && (Weight.Shape.Rank is 0 or 3 || Weight.Shape[0] != In.Entries))
            throw new ShapeException($"Aggregate: the weights are {Weight.Shape}, but the pattern has {In.Entries} entries: give w[e] or w[e, h]");
        if (heads != 1 && (X.Shape.Rank != 3 || X.Shape[1] != heads)) throw new ShapeException($"Aggregate: weights of {heads} heads need x[n, {heads}, f], but x is {X.Shape}");
        return X.Shape.WithRows(In.Rows);
    }

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new SpMM(In, X, y, Weight, RowScale: Scale, ColumnScale));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new SpMM(Out, y.Grad, dx, Weight, RowScale: ColumnScale, ColumnScale: Scale, Accumulate: add));
        if (Weight is not null && Wants(Weight, out var dw, out add)) Run(new Sddmm(In, y.Grad, X, dw, RowScale: Scale, ColumnScale, add));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => input == Weight ? Wants(X) : Weight is not null && Wants(Weight);

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}
