using GraphTune.Engine;

namespace GraphTune.Autograd.Ops;

/// <summary>yᵢ = Σ α·xⱼ with α = softmax(t·xⱼ) over the entries (i, j) of a pattern, channel by channel.</summary>
/// <param name="X">x[n, f].</param>
/// <param name="T">t[1], or t[f].</param>
/// <param name="In">Row i lists the columns j.</param>
/// <param name="Out">The transpose of <paramref name="In"/>.</param>
/// <param name="Constant">Whether backward takes α as constant; t then has no gradient.</param>
/// <remarks>Li et al. 2020, arXiv:2006.07739, section 3.2. O(entries·f) exponentials; one number per result is kept for backward.</remarks>
public sealed record SoftmaxSum(Tensor X, Tensor T, Csr In, Csr Out, bool Constant = false) : Op(X, T)
{
    private Var? lse;

    /// <inheritdoc/>
    public override Shape Shape() => X.Shape.Rank == 2 && X.Shape[0] == In.Columns && (T.Count == 1 || T.Shape == new Shape(X.Shape[1]))
        ? new(In.Rows, X.Shape[1])
        : throw new ShapeException($"SoftmaxSum x[n,f] t[1] or t[f]: x is {X.Shape} and t {T.Shape}, for {In}");

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        lse = y.Tape.Scratch(y.Shape);
        Run(new Kernels.SoftmaxSum(In, X, T, y, lse));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        using var share = new Tensor(y.Device, X.Shape);
        using var unwanted = Wants(X) ? null : new Tensor(y.Device, X.Shape);
        var target = Wants(X, out var dx, out var add) ? dx : unwanted!;
        Run(new Kernels.SoftmaxSumGrad(Out, X, T, y, lse!, y.Grad, target, share, Constant, add));
        if (!Wants(T, out var dt, out var addT)) return;
        if (Constant)
        {
            if (!addT) Run(new Kernels.Fill(dt, 0f));
        }
        else if (T.Count == 1) Run(new Kernels.Sum(share, dt, addT));
        else Run(new Kernels.ColumnSum(share, dt, addT));
    }
}
