using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y = x, with the listed rows replaced by one row: the mask token of masked pre-training.</summary>
/// <param name="X">x[n,f].</param>
/// <param name="Rows">Which rows, each at most once.</param>
/// <param name="Token">token[f].</param>
public sealed record ReplaceRows(Tensor X, Indices Rows, Tensor Token) : Op(X, Token)
{
    private static readonly ShapeRule Rule = "x[n,f] token[f] -> y[n,f]";

    /// <inheritdoc/>
    public override Shape Shape() => Rule.Infer(nameof(ReplaceRows), X.Shape, Token.Shape);

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        Run(new Copy(X, y));
        Run(new WriteRow(Rows, Token, y));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add))
        {
            using var kept = new Tensor(y.Device, y.Shape);
            using var zero = new Tensor(y.Device, Token.Shape);
            Run(new Fill(zero, 0f));
            Run(new Copy(y.Grad, kept));
            Run(new WriteRow(Rows, zero, kept));
            Run(new Axpby(1f, kept, add ? 1f : 0f, dx));
        }
        if (Wants(Token, out var dToken, out add))
        {
            using var taken = new Tensor(y.Device, new Shape(Rows.Count, Token.Count));
            Run(new GatherRows(y.Grad, Rows, taken));
            Run(new ColumnSum(taken, dToken, add));
        }
    }
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <inheritdoc cref="Ops.ReplaceRows"/>
        public Var ReplaceRows(Indices rows, Tensor token) => new ReplaceRows(x, rows, token).Apply();
    }
}
