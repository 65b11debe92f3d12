using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y[g] = the first k rows of group g by descending last channel, side by side: y[groups, k·f], zeros where there are fewer.</summary>
/// <param name="X">x[n, f].</param>
/// <param name="Groups">The group of each row of x; sorted or not.</param>
/// <param name="K">Rows of one group that are kept.</param>
/// <remarks>Zhang et al. 2018, "An End-to-End Deep Learning Architecture for Graph Classification", section 3.2.</remarks>
public sealed record SortPoolOp(Tensor X, RowIndex Groups, int K) : Op(X)
{
    private Indices? slot;

    /// <inheritdoc/>
    public override Shape Shape() => X.Shape.Rank == 2 && X.Shape[0] == Groups.Count && X.Shape[1] > 0
        ? new(Groups.Rows, K * X.Shape[1])
        : throw new ShapeException($"SortPool: x is {X.Shape}, but there are {Groups.Count} elements: give x[{Groups.Count}, f]");

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        slot = y.Tape.ScratchIndices(Groups.Count);
        Run(new SortPool(Groups.Groups, X, K, y, slot));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new FromSlots(y.Grad, slot!, dx, add));
    }
}
