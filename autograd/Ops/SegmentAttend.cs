using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>yᵢ = Σⱼ αᵢⱼ·vⱼ with αᵢⱼ = softmaxⱼ ⟨qᵢ, kⱼ⟩ / √d over all rows j of i's group, head by head.</summary>
/// <param name="Qkv">qkv[n, 3·h·d]: queries, keys and values of all heads side by side.</param>
/// <param name="Groups">The group of each row, ascending.</param>
/// <param name="Heads">The number of heads, h.</param>
/// <param name="Drop">The probability that a weight is dropped in training, 0 up to 1.</param>
/// <remarks>Vaswani et al. 2017, arXiv:1706.03762. Work grows with the square of a group's rows, memory does not: weights are made again in backward.</remarks>
public sealed record SegmentAttend(Tensor Qkv, RowIndex Groups, int Heads, float Drop = 0f) : Op(Qkv)
{
    private SegmentAttention operands;
    private Var? lse;

    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (Qkv.Shape.Rank != 2 || Qkv.Shape[0] != Groups.Count || Heads < 1 || Qkv.Shape[1] % (3 * Heads) != 0)
            throw new ShapeException($"SegmentAttend: qkv is {Qkv.Shape}, for {Groups.Count} rows in groups and {Heads} heads: give qkv[{Groups.Count}, 3·{Heads}·d]");
        if (!Groups.IsSorted) throw new ShapeException("SegmentAttend: the groups do not ascend; gather by ToSorted first");
        return new(Qkv.Shape[0], Qkv.Shape[1] / 3);
    }

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        operands = new(Qkv, Groups.Index, Groups.Groups.RowStart, Heads, Groups.Groups.LongestRow, y.Tape.Records ? Drop : 0f, y.Tape.NextKey());
        lse = y.Tape.Scratch(new Shape(y.Shape[0], Heads));
        Run(new Kernels.SegmentAttend(operands, y, lse));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (!Wants(Qkv, out var d, out var add)) return;
        using var dot = new Tensor(y.Device, lse!.Shape);
        Run(new HeadDot(y.Grad, y, dot));
        Run(new SegmentAttendGrad(operands, lse, dot, y.Grad, d, add));
    }
}

public static partial class TensorMath
{
    extension(Var qkv)
    {
        /// <inheritdoc cref="Ops.SegmentAttend"/>
        /// <param name="groups">The group of each row; sorted or not.</param>
        /// <param name="heads">The number of heads, h.</param>
        /// <param name="drop">The probability that a weight is dropped in training.</param>
        public Var AttendWithin(RowIndex groups, int heads, float drop = 0f) => groups.IsSorted
            ? new SegmentAttend(qkv, groups, heads, drop).Apply()
            : new SegmentAttend(qkv.Gather(groups.ToSorted), groups.Sorted, heads, drop).Apply().Gather(groups.FromSorted);
    }
}
