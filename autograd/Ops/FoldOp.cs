using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>yᵢ = the fold of wₑ·xⱼ over the entries e = (i, j) of a pattern, channel by channel: the largest, the smallest, the product.</summary>
/// <param name="X">x[n, f].</param>
/// <param name="In">Row i lists the columns j; its edge ids say where each entry's weight lies.</param>
/// <param name="Out">The transpose of <paramref name="In"/>, with the same edge ids.</param>
/// <param name="Weight">w[e]; null for ones.</param>
/// <remarks>O(entries·f) work; keeps one number per result for backward.</remarks>
public sealed record FoldOp<TFold>(Tensor X, Csr In, Csr Out, Tensor? Weight = null) : Op(Weight is null ? [X] : [X, Weight]) where TFold : struct, IFold<TFold>
{
    private Var? note;

    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (X.Shape.Rank == 0 || X.Shape[0] != In.Columns) throw new ShapeException($"{typeof(TFold).Name}: x is {X.Shape}, but the pattern has {In.Columns} columns: give x[{In.Columns}, f]");
        if (Weight is not null && Weight.Shape != new Shape(In.Entries)) throw new ShapeException($"{typeof(TFold).Name}: the weights are {Weight.Shape}, but the pattern has {In.Entries} entries: give w[e]");
        return X.Shape.WithRows(In.Rows);
    }

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        note = y.Tape.Scratch(y.Shape);
        Run(new Fold<TFold>(In, X, Weight, y, note));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new FoldGrad<TFold>(Out, X, Weight, y, note!, y.Grad, dx, add));
        if (Weight is not null && Wants(Weight, out var dw, out add)) Run(new FoldWeightGrad<TFold>(In, X, Weight, y, note!, y.Grad, dw, add));
    }
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>One row for each row i of a pattern, of the rows xⱼ (or w·xⱼ) that it lists.</summary>
        /// <param name="how">Sum, mean, largest, smallest or product, channel by channel.</param>
        /// <param name="in">Row i lists the columns j.</param>
        /// <param name="out">Its transpose, with the same edge ids.</param>
        /// <param name="weight">w[e]; null for ones.</param>
        /// <param name="inverseCount">1 / the entries of each row; needed for the mean.</param>
        public Var Aggregate(Aggregation how, Csr @in, Csr @out, Tensor? weight = null, Tensor? inverseCount = null) => how switch
        {
            Aggregation.Max => new FoldOp<Largest>(x, @in, @out, weight).Apply(),
            Aggregation.Min => new FoldOp<Smallest>(x, @in, @out, weight).Apply(),
            Aggregation.Mul => new FoldOp<Product>(x, @in, @out, weight).Apply(),
            Aggregation.Mean => new Aggregate(x, @in, @out, weight, inverseCount ?? throw new ArgumentNullException(nameof(inverseCount))).Apply(),
            _ => new Aggregate(x, @in, @out, weight).Apply(),
        };
    }
}
