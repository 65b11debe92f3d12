using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>yᵢ = sᵢ · Σₑ wₑ·tⱼ·xⱼ + b over the entries e = (i, j) of a pattern. Its gradient runs over the transpose; that of w is a dot product per entry.</summary>
/// <param name="X">x[n], x[n, f], or x[n, h, f] for h heads.</param>
/// <param name="In">Row i lists the columns j; its edge ids say where each entry's weight lies.</param>
/// <param name="Out">The transpose of <paramref name="In"/>, with the same edge ids.</param>
/// <param name="Weight">w[e], or w[e, h] for x[n, h, f]; null for ones.</param>
/// <param name="Scale">One constant per row, such as 1 / its entries for a mean; null for ones.</param>
/// <param name="ColumnScale">One constant per column, t; null for ones.</param>
/// <param name="Bias">b[f], one number for each column of y; null for none.</param>
/// <param name="Loops">Whether each row has itself as an entry more, of a square pattern without weights.</param>
/// <remarks>O(entries·f) work; holds nothing of the size entries × f. Deterministic.</remarks>
public sealed record Aggregate(Tensor X, Csr In, Csr Out, Tensor? Weight = null, Tensor? Scale = null, Tensor? ColumnScale = null, Tensor? Bias = null, bool Loops = false)
    : Op([.. new[] { X, Weight, Bias }.OfType<Tensor>()])
{
    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (X.Shape.Rank == 0 || X.Shape[0] != In.Columns) throw new ShapeException($"Aggregate: x is {X.Shape}, but the pattern has {In.Columns} columns: give x[{In.Columns}, f]");
        var heads = Weight?.Shape.Rank == 2 ? Weight.Shape[1] : 1;
        if (Weight is not null && (Weight.Shape.Rank is 0 or 3 || Weight.Shape[0] != In.Entries))
            throw new ShapeException($"Aggregate: the weights are {Weight.Shape}, but the pattern has {In.Entries} entries: give w[e] or w[e, h]");
        if (heads != 1 && (X.Shape.Rank != 3 || X.Shape[1] != heads)) throw new ShapeException($"Aggregate: weights of {heads} heads need x[n, {heads}, f], but x is {X.Shape}");
        if (Loops && (Weight is not null || In.Rows != In.Columns)) throw new ShapeException($"Aggregate: loops need a square pattern without weights, but it is {In}{(Weight is null ? "" : " with weights")}");
        if (Bias is not null && Bias.Count != X.Shape.RowLength) throw new ShapeException($"Aggregate: x is {X.Shape}, but the bias {Bias.Shape}: give one number for each of {X.Shape.RowLength} columns");
        return X.Shape.WithRows(In.Rows);
    }

    /// <inheritdoc/>
    public override void Forward(Var y) => Into(y);

    /// <summary>Writes the sums to a tensor of one's own, off any tape.</summary>
    /// <param name="y">y[n, f].</param>
    /// <exception cref="ShapeException">y has another shape.</exception>
    public void Into(Tensor y)
    {
        if (y.Shape != Shape()) throw new ShapeException($"Aggregate: y is {y.Shape}, but the sums are {Shape()}");
        Run(new SpMM(In, X, y, Weight, RowScale: Scale, ColumnScale, Bias: Bias, Loops: Loops));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new SpMM(Out, y.Grad, dx, Weight, RowScale: ColumnScale, ColumnScale: Scale, Accumulate: add, Loops: Loops));
        if (Weight is not null && Wants(Weight, out var dw, out add)) Run(new Sddmm(In, y.Grad, X, dw, RowScale: Scale, ColumnScale, add));
        if (Bias is not null && Wants(Bias, out var db, out add)) Run(new ColumnSum(y.Grad, db, add));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => input == Weight ? Wants(X) : input == X && Weight is not null && Wants(Weight);

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}
