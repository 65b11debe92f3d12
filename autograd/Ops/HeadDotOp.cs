using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>s[n,h] = Σ over head h's features of x·w, one vector w for each head: the scores of attention that is additive (Veličković et al. 2018, arXiv:1710.10903, eq. 3).</summary>
/// <param name="X">x[n,h·f], all heads side by side.</param>
/// <param name="W">w[1,h,f].</param>
/// <remarks>O(n·h·f) work, forward and in each gradient. The gradient of w goes through fixed blocks of rows, so bits do not depend on the number of threads.</remarks>
public sealed record HeadDotOp(Tensor X, Tensor W) : Op(X, W)
{
    /// <inheritdoc/>
    public override Shape Shape() => X.Shape.Rank == 2 && W.Shape.Rank == 3 && W.Shape[0] == 1 && W.Shape[1] > 0 && W.Count == X.Shape[1]
        ? new(X.Shape[0], W.Shape[1])
        : throw new ShapeException($"HeadDot x[n,h·f] w[1,h,f] -> s[n,h]: x is {X.Shape}, w {W.Shape}");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new HeadDot(X, W, y));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new HeadDotGrad(y.Grad, W, dx, add));
        if (!Wants(W, out var dw, out add)) return;
        using var blocks = new Tensor(y.Device, new Shape(HeadDotWeightGrad.Blocks(X.Shape[0]), W.Count));
        Run(new HeadDotWeightGrad(y.Grad, X, blocks));
        Run(new ColumnSum(blocks, dw, add));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => input == W ? Wants(X) : Wants(W);

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>s[n,h] = Σ over head h's features of x·w.</summary>
        /// <param name="w">w[1,h,f] for x[n,h·f].</param>
        /// <exception cref="ShapeException">The shapes do not fit together.</exception>
        public Var HeadDot(Tensor w) => new HeadDotOp(x, w).Apply();
    }
}
