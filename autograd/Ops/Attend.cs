using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>yᵢ = Σⱼ αᵢⱼ·xⱼ with αᵢⱼ = softmaxⱼ LeakyReLU(sⱼ + tᵢ + eᵢⱼ) over the edges j → i, head by head.</summary>
/// <remarks>
/// Veličković et al. 2018, arXiv:1710.10903, eqs. 1 to 6 (scores added rather than concatenated, which is the same). Backward makes
/// the weights again from one number per node and head; its one temporary is edges × heads. Dropout of the weights happens inside.
/// </remarks>
/// <param name="X">x[n,h·f], the features of all heads side by side.</param>
/// <param name="Source">source[n,h].</param>
/// <param name="Target">target[m,h].</param>
/// <param name="Edge">edge[e,h] in the order of the entries of <paramref name="In"/>, or null.</param>
/// <param name="In">Row i lists the edges into node i.</param>
/// <param name="Out">The transpose, with the position of each edge in <paramref name="In"/>.</param>
/// <param name="Slope">The slope of the leaky ReLU below 0.</param>
/// <param name="Drop">The probability that a weight is dropped in training, 0 up to 1.</param>
public sealed record Attend(Tensor X, Tensor Source, Tensor Target, Tensor? Edge, Csr In, Csr Out, float Slope = 0.2f, float Drop = 0f)
    : Op(Edge is null ? [X, Source, Target] : [X, Source, Target, Edge])
{
    private Attention operands;
    private Var? lse;

    /// <inheritdoc/>
    public override Shape Shape()
    {
        var heads = Source.Shape.Rank == 2 ? Source.Shape[1] : 0;
        var fits = X.Shape.Rank == 2 && Target.Shape.Rank == 2 && heads > 0 && Target.Shape[1] == heads && X.Shape[1] % heads == 0
            && X.Shape[0] == In.Columns && Source.Shape[0] == In.Columns && Target.Shape[0] == In.Rows
            && (Edge is null || Edge.Shape == new Shape(In.Entries, heads));
        return fits
            ? new Shape(In.Rows, X.Shape[1])
            : throw new ShapeException($"Attend x[n,h·f] source[n,h] target[m,h] edge[e,h] -> y[m,h·f]: x is {X.Shape}, source {Source.Shape}, target {Target.Shape}, "
                + $"edge {Edge?.Shape.ToString() ?? "none"}, for {In.Columns} source and {In.Rows} target nodes and {In.Entries} edges");
    }

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        operands = new Attention(X, Source, Target, Edge, Slope, y.Tape.Records ? Drop : 0f, y.Tape.NextKey());
        lse = y.Tape.Scratch(Target.Shape);
        Run(new Kernels.Attend(In, operands, y, lse));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        using var dot = new Tensor(y.Device, Target.Shape);
        using var dscore = new Tensor(y.Device, new Shape(In.Entries, operands.Heads));
        using var unwanted = Wants(X) ? null : new Tensor(y.Device, X.Shape);
        Run(new HeadDot(y.Grad, y, dot));
        var target = Wants(X, out var dx, out var add) ? dx : unwanted!;
        Run(new AttendGrad(Out, operands, lse!, dot, y.Grad, target, dscore, add));
        if (Wants(Source, out var ds, out var addSource)) Run(new Kernels.EdgeSum(Out, dscore, ds, addSource));
        if (Wants(Target, out var dt, out var addTarget)) Run(new Kernels.EdgeSum(In, dscore, dt, addTarget));
        if (Edge is not null && Wants(Edge, out var de, out var addEdge)) Run(new Axpby(1f, dscore, addEdge ? 1f : 0f, de));
    }
}
