using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>yᵢ = a quantile of xⱼ over the entries (i, j) of a pattern, channel by channel. Its gradient goes to the one or two entries it was taken from.</summary>
/// <param name="X">x[n, f].</param>
/// <param name="Place">Which quantile, and what happens between two numbers.</param>
/// <param name="In">Row i lists the columns j; without edge ids.</param>
/// <param name="Out">The transpose, with the position of each entry in <paramref name="In"/>.</param>
/// <param name="Empty">The result of no numbers.</param>
public sealed record QuantileOp(Tensor X, QuantilePlace Place, Csr In, Csr Out, float Empty = 0f) : Op(X)
{
    private Indices? low, high;

    /// <inheritdoc/>
    public override Shape Shape() => X.Shape.Rank == 2 && X.Shape[0] == In.Columns
        ? new(In.Rows, X.Shape[1])
        : throw new ShapeException($"Quantile: x is {X.Shape}, but the pattern has {In.Columns} columns: give x[{In.Columns}, f]");

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        (low, high) = (y.Tape.ScratchIndices(y.Count), y.Tape.ScratchIndices(y.Count));
        Run(new Quantile(In, X, Place, Empty, y, low, high));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new QuantileGrad(In, Out, Place, y.Grad, low!, high!, dx, add));
    }
}
