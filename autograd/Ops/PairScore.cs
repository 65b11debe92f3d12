using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>score[e,h] = Σ over head h's channels of weight·LeakyReLU(lⱼ + rᵢ + W·aₑ) over the edges e = j → i: GATv2's attention.</summary>
/// <remarks>Brody, Alon and Yahav 2022, arXiv:2105.14491, eq. 7. No buffer of edges × channels, forward or backward: each pass makes an edge's sum again.</remarks>
/// <param name="L">l[n,h·c], of the node an edge comes from.</param>
/// <param name="R">r[m,h·c], of the node an edge goes to.</param>
/// <param name="Weight">weight[h,c].</param>
/// <param name="EdgeAttr">a[e,d] in the order of the entries of <paramref name="In"/>, or null.</param>
/// <param name="EdgeWeight">w[h·c,d], or null; with <paramref name="EdgeAttr"/>.</param>
/// <param name="In">Row i lists the edges into node i.</param>
/// <param name="Out">The transpose, with the position of each edge in <paramref name="In"/>.</param>
/// <param name="Slope">The slope of the leaky ReLU below 0.</param>
public sealed record PairScore(Tensor L, Tensor R, Tensor Weight, Tensor? EdgeAttr, Tensor? EdgeWeight, Csr In, Csr Out, float Slope = 0.2f)
    : Op(EdgeAttr is null || EdgeWeight is null ? [L, R, Weight] : [L, R, Weight, EdgeAttr, EdgeWeight])
{
    private static readonly ShapeRule Ends = "l[n,w] r[m,w] -> w[w]", Edges = "a[e,d] w[w,d] -> s[e,w]";

    private PairAttention Operands => new(L, R, Weight, EdgeAttr, EdgeWeight, Slope);

    /// <inheritdoc/>
    public override Shape Shape()
    {
        var width = Ends.Infer(nameof(PairScore), L.Shape, R.Shape)[0];
        if (Weight.Shape.Rank != 2 || Weight.Count != width) throw new ShapeException($"PairScore l[n,h·c] weight[h,c]: weight is {Weight.Shape}, but l has {width} channels");
        if (L.Shape[0] != In.Columns || R.Shape[0] != In.Rows) throw new ShapeException($"PairScore: l is {L.Shape} and r {R.Shape}, but the graph has {In.Columns} source and {In.Rows} target nodes");
        if (EdgeAttr is null != EdgeWeight is null) throw new ShapeException("PairScore: edge features and their weight come together or not at all");
        if (EdgeAttr is not null && Edges.Infer(nameof(PairScore), EdgeAttr.Shape, EdgeWeight!.Shape) != new Shape(In.Entries, width))
            throw new ShapeException($"PairScore a[e,d] w[h·c,d]: a is {EdgeAttr.Shape} and w {EdgeWeight.Shape}, for {In.Entries} edges and {width} channels");
        return new(In.Entries, Weight.Shape[0]);
    }

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Kernels.PairScore(In, Operands, y));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(R, out var dr, out var addR)) Run(new PairScoreEndGrad(In, Operands, y.Grad, dr, Outgoing: false, addR));
        if (Wants(L, out var dl, out var addL)) Run(new PairScoreEndGrad(Out, Operands, y.Grad, dl, Outgoing: true, addL));
        if (EdgeAttr is not null && Wants(EdgeAttr, out var da, out var addA)) Run(new PairEdgeGrad(In, Operands, y.Grad, da, addA));
        if (Wants(Weight) || (EdgeWeight is not null && Wants(EdgeWeight))) WeightGradients(y);
    }

    private void WeightGradients(Var y)
    {
        var blocks = PairWeightGrad.Blocks(In.Rows);
        using var dw = new Tensor(y.Device, new Shape(blocks, Weight.Count));
        using var dmap = EdgeWeight is null ? null : new Tensor(y.Device, new Shape(blocks, EdgeWeight.Count));
        Run(new PairWeightGrad(In, Operands, y.Grad, dw, dmap));
        if (Wants(Weight, out var dweight, out var add)) Run(new ColumnSum(dw, dweight, add));
        if (EdgeWeight is not null && Wants(EdgeWeight, out var dedge, out var addEdge)) Run(new ColumnSum(dmap!, dedge, addEdge));
    }
}
