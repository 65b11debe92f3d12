using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y = x, with the listed rows replaced by one row, the mask token of masked pre-training, or each by its own.</summary>
/// <param name="X">x[n,f].</param>
/// <param name="Rows">The k rows that are replaced, each at most once.</param>
/// <param name="Values">values[f], or values[k,f]: a row for each.</param>
public sealed record ReplaceRows(Tensor X, Indices Rows, Tensor Values) : Op(X, Values)
{
    private static readonly ShapeRule One = "x[n,f] values[f] -> y[n,f]";
    private static readonly ShapeRule Each = "x[n,f] rows[k] values[k,f] -> y[n,f]";

    /// <inheritdoc/>
    public override Shape Shape() => Values.Shape.Rank == 2
        ? Each.Infer(nameof(ReplaceRows), X.Shape, new Shape(Rows.Count), Values.Shape)
        : One.Infer(nameof(ReplaceRows), X.Shape, Values.Shape);

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        Run(new Copy(X, y));
        Run(new WriteRows(Rows, Values, y));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add))
        {
            using var kept = new Tensor(y.Device, y.Shape);
            using var zero = new Tensor(y.Device, new Shape(y.Shape.RowLength));
            Run(new Fill(zero, 0f));
            Run(new Copy(y.Grad, kept));
            Run(new WriteRows(Rows, zero, kept));
            Run(new Axpby(1f, kept, add ? 1f : 0f, dx));
        }
        if (Wants(Values, out var dValues, out add))
        {
            using var taken = new Tensor(y.Device, X.Shape.WithRows(Rows.Count));
            Run(new GatherRows(y.Grad, Rows, taken));
            if (Values.Shape.Rank == 1) Run(new ColumnSum(taken, dValues, add));
            else Run(new Axpby(1f, taken, add ? 1f : 0f, dValues));
        }
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
        /// <inheritdoc cref="Ops.ReplaceRows"/>
        public Var ReplaceRows(Indices rows, Tensor values) => new ReplaceRows(x, rows, values).Apply();
    }
}
