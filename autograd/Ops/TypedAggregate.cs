using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>yᵢ = sᵢ · Σₑ wₑ·(xⱼ + b + tₖ) over the entries e = (i, j) of a pattern, k the kind of entry e: a sum of neighbours in which each edge adds the row of its kind.</summary>
/// <remarks>
/// The term of the kinds is a sum over a second pattern with the same entries, whose columns are kinds: no row is made for an edge,
/// forward or backward. O(entries·f) work, of which the kinds' half reads a table that stays in the cache. Deterministic.
/// Every message has one kind, so the gradient of b is that of all rows of t together.
/// </remarks>
/// <param name="X">x[n, f], or x[n, h, f] for h heads.</param>
/// <param name="T">t[k, f] or t[k, h, f], one row for each kind.</param>
/// <param name="In">Row i lists the sources j. Entry p uses weight p.</param>
/// <param name="Out">The transpose of <paramref name="In"/>, with the position of each entry in it.</param>
/// <param name="KindIn">The same rows and entries, but with each entry's kind for its column.</param>
/// <param name="KindOut">The transpose of <paramref name="KindIn"/>.</param>
/// <param name="Bias">b[f], which every message gets; null for none.</param>
/// <param name="Weight">w[e], or w[e, h]; null for ones.</param>
/// <param name="Scale">One constant per row, such as 1 / its entries for a mean; null for ones.</param>
public sealed record TypedAggregate(Tensor X, Tensor T, Csr In, Csr Out, Csr KindIn, Csr KindOut, Tensor? Bias = null, Tensor? Weight = null, Tensor? Scale = null)
    : Op(Operands(X, T, Bias, Weight))
{
    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (KindIn.Rows != In.Rows || KindIn.Entries != In.Entries) throw new ShapeException($"TypedAggregate: the kinds are {KindIn}, but the edges {In}; they must have the same rows and entries");
        if (X.Shape.Rank < 2 || T.Shape.Rank != X.Shape.Rank || X.Shape[0] != In.Columns || T.Shape != X.Shape.WithRows(KindIn.Columns))
            throw new ShapeException($"TypedAggregate x[n,f] t[k,f] -> y[m,f]: x is {X.Shape} and t {T.Shape}, for {In.Columns} sources and {KindIn.Columns} kinds");
        if (Bias is not null && Bias.Count != X.Shape.RowLength) throw new ShapeException($"TypedAggregate: the bias is {Bias.Shape}, but a row of x has {X.Shape.RowLength} numbers");
        var heads = Weight?.Shape.Rank == 2 ? Weight.Shape[1] : 1;
        if (Weight is not null && (Weight.Count != In.Entries * heads || Weight.Shape[0] != In.Entries || (heads != 1 && (X.Shape.Rank != 3 || X.Shape[1] != heads))))
            throw new ShapeException($"TypedAggregate: the weights are {Weight.Shape}, but there are {In.Entries} entries and x is {X.Shape}: give w[e], or w[e,h] with x[n,h,f]");
        return X.Shape.WithRows(In.Rows);
    }

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new TypedSpMM(In, KindIn, X, T, y, Bias, Weight, Scale));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new SpMM(Out, y.Grad, dx, Weight, ColumnScale: Scale, Accumulate: add));
        BackwardOfKinds(y);
        if (Weight is null || !Wants(Weight, out var dw, out add)) return;
        using var biased = Bias is null ? null : new Tensor(y.Device, T.Shape);
        if (Bias is not null) Run(new Zip<Add>(T, Bias, biased!, PerRow: false));
        Run(new Sddmm(In, y.Grad, X, dw, RowScale: Scale, ColumnScale: null, add));
        Run(new Sddmm(KindIn, y.Grad, biased ?? T, dw, RowScale: Scale, ColumnScale: null, Accumulate: true));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => input == Weight || (Weight is not null && Wants(Weight));

    /// <inheritdoc/>
    public override bool ReadsResult => false;

    private void BackwardOfKinds(Var y)
    {
        var learns = Bias is not null && Wants(Bias);
        if (!learns && !Wants(T)) return;
        using var sums = new Tensor(y.Device, T.Shape);
        Run(new SpMM(KindOut, y.Grad, sums, Weight, ColumnScale: Scale));
        if (Wants(T, out var dt, out var add)) Run(new Axpby(1f, sums, add ? 1f : 0f, dt));
        if (learns && Wants(Bias!, out var db, out add)) Run(new ColumnSum(sums, db, add));
    }

    private static Tensor[] Operands(params ReadOnlySpan<Tensor?> all)
    {
        var operands = new List<Tensor>(all.Length);
        foreach (var operand in all)
            if (operand is not null) operands.Add(operand);
        return [.. operands];
    }
}
