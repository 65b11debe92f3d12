using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>z[i,a,b] = Σ h[e,a]·x[e,b] over the entries e of row i of a pattern: sums of outer products.</summary>
/// <param name="H">h[n, a].</param>
/// <param name="X">x[n, b].</param>
/// <param name="In">Row i lists the rows e.</param>
/// <param name="Out">The transpose of <paramref name="In"/>.</param>
/// <remarks>O(entries·a·b) work, forward and in each gradient; no outer product is held.</remarks>
public sealed record OuterSum(Tensor H, Tensor X, Csr In, Csr Out) : Op(H, X)
{
    private static readonly ShapeRule Rule = "h[n,a] x[n,b] -> z[a,b]";

    /// <inheritdoc/>
    public override Shape Shape()
    {
        var outer = Rule.Infer(nameof(OuterSum), H.Shape, X.Shape);
        return H.Shape[0] == In.Columns ? new(In.Rows, outer[0], outer[1]) : throw new ShapeException($"OuterSum: h is {H.Shape}, but the pattern is {In}");
    }

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Kernels.OuterSum(In, H, X, y));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(H, out var dh, out var add)) Run(new OuterSumGrad(Out, y.Grad, X, dh, OfX: false, add));
        if (Wants(X, out var dx, out add)) Run(new OuterSumGrad(Out, y.Grad, H, dx, OfX: true, add));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => H == X || Wants(input == H ? X : H);

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}
