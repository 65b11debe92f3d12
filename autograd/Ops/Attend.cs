using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>yᵢ = Σⱼ αᵢⱼ·(xⱼ [+ zᵢⱼ]) with αᵢⱼ = softmaxⱼ Σ term(sourceⱼ + zᵢⱼ, targetᵢ, weight) over the edges j → i, head by head; z is what the edge adds.</summary>
/// <remarks>
/// One fused pass for every <see cref="IScore{TSelf}"/>: GAT (Veličković et al. 2018, arXiv:1710.10903, eqs. 1 to 6), GATv2 (Brody, Alon and
/// Yahav 2022, arXiv:2105.14491, eq. 7), transformers (Shi et al. 2021, arXiv:2009.03509, eqs. 3 and 4). Backward makes the weights again
/// from one number per node and head; its temporaries are edges × heads. Dropout of the weights happens inside, its mask drawn again.
/// Deterministic; nothing of the size edges × features, forward or backward.
/// </remarks>
/// <param name="Heads">The number of heads, h.</param>
/// <param name="X">x[n,h·f], the features of all heads side by side.</param>
/// <param name="Source">source[n,h·c].</param>
/// <param name="Target">target[m,h·c].</param>
/// <param name="Weight">weight[h,c], or null for ones.</param>
/// <param name="Edge">edge[e,h·c] in the order of the entries of <paramref name="In"/> or, with a map, edge[e,d]; null for none.</param>
/// <param name="Map">map[h·c,d], as a linear layer holds it, or null.</param>
/// <param name="In">Row i lists the edges into node i.</param>
/// <param name="Out">The transpose, with the position of each edge in <paramref name="In"/>.</param>
/// <param name="Constant">The constant of the score: a slope, or a scale.</param>
/// <param name="Drop">The probability that a weight is dropped in training, 0 up to 1.</param>
/// <param name="EdgeInValue">Whether the edge adds to x as well, which then needs c = f.</param>
public sealed record Attend<TScore>(int Heads, Tensor X, Tensor Source, Tensor Target, Tensor? Weight, Tensor? Edge, Tensor? Map, Csr In, Csr Out,
    float Constant, float Drop = 0f, bool EdgeInValue = false) : Op([X, Source, Target, .. Given(Weight), .. Given(Edge), .. Given(Map)])
    where TScore : struct, IScore<TScore>
{
    private Attention operands;
    private Var? lse;

    private static Tensor[] Given(Tensor? x) => x is null ? [] : [x];

    private string Operands => $"x is {X.Shape}, source {Source.Shape}, target {Target.Shape}, weight {Text(Weight)}, edge {Text(Edge)}, map {Text(Map)}, "
        + $"for {Heads} heads, {In.Columns} source and {In.Rows} target nodes and {In.Entries} edges";

    private static string Text(Tensor? x) => x?.Shape.ToString() ?? "none";

    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (!(Drop is >= 0f and < 1f)) throw new ArgumentOutOfRangeException(nameof(Drop), Drop, "Attend: the share of weights that is dropped is 0 up to 1");
        var width = Source.Shape.RowLength;
        var fits = Heads > 0 && X.Shape.Rank == 2 && Source.Shape.Rank == 2 && Target.Shape.Rank == 2 && Target.Shape[1] == width
            && X.Shape[1] % Heads == 0 && width % Heads == 0 && X.Shape[0] == In.Columns && Source.Shape[0] == In.Columns && Target.Shape[0] == In.Rows
            && (Weight is null || Weight.Count == width) && (!EdgeInValue || X.Shape[1] == width);
        if (!fits) throw new ShapeException($"Attend x[n,h·f] source[n,h·c] target[m,h·c] weight[h,c] -> y[m,h·f]: {Operands}");
        if (Edge is null ? Map is not null : Edge.Shape.Rank != 2 || Edge.Shape[0] != In.Entries || (Map is null ? Edge.Shape[1] != width : Map.Shape != new Shape(width, Edge.Shape[1])))
            throw new ShapeException($"Attend edge[e,h·c], or edge[e,d] with map[h·c,d]: {Operands}");
        return new Shape(In.Rows, X.Shape[1]);
    }

    /// <inheritdoc/>
    public override void Forward(Var y)
    {
        var map = Map is null ? null : y.Tape.Scratch(new Shape(Map.Shape[1], Map.Shape[0]));
        if (map is not null) Run(new CopyTransposed(Map!, map));
        operands = new Attention(Heads, X, Source, Target, Weight, Edge, map, EdgeInValue && Edge is not null, Constant, y.Tape.Records ? Drop : 0f, y.Tape.NextKey());
        lse = y.Tape.Scratch(new Shape(In.Rows, Heads));
        Run(new Kernels.Attend<TScore>(In, operands, y, lse));
    }

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        using var dot = new Tensor(y.Device, lse!.Shape);
        using var dscore = new Tensor(y.Device, new Shape(In.Entries, Heads));
        using var alpha = operands.EdgeInValue ? new Tensor(y.Device, dscore.Shape) : null;
        using var unwanted = Wants(X) ? null : new Tensor(y.Device, X.Shape);
        Run(new HeadDot(y.Grad, y, dot));
        var target = Wants(X, out var dx, out var add) ? dx : unwanted!;
        var source = Wants(Source, out var ds, out var addSource) ? ds : null;
        Run(new AttendGrad<TScore>(Out, operands, lse, dot, y.Grad, target, dscore, alpha, add, source, addSource));
        if (Wants(Target, out var dt, out var addTarget)) Run(new AttendEndGrad<TScore>(In, operands, dscore, dt, Outgoing: false, addTarget));
        var share = new AttendEdgeShare(dscore, alpha ?? dscore, y.Grad);
        if (Edge is not null && Wants(Edge, out var de, out var addEdge)) Run(new AttendEdgeGrad<TScore>(In, operands, share, de, addEdge));
        WeightGradients(y, share);
    }

    private void WeightGradients(Var y, AttendEdgeShare share)
    {
        bool wantsWeight = Weight is not null && Wants(Weight), wantsMap = Map is not null && Wants(Map);
        if (!wantsWeight && !wantsMap) return;
        var blocks = AttendWeightGrad<TScore>.Blocks(In.Entries);
        using var dw = wantsWeight ? new Tensor(y.Device, new Shape(blocks, Weight!.Count)) : null;
        using var dmap = wantsMap ? new Tensor(y.Device, new Shape(blocks, Map!.Count)) : null;
        Run(new AttendWeightGrad<TScore>(In, operands, share, dw, dmap));
        if (dw is not null && Wants(Weight!, out var dweight, out var add)) Run(new ColumnSum(dw, dweight, add));
        if (dmap is null || !Wants(Map!, out var target, out var addMap)) return;
        using var sum = new Tensor(y.Device, operands.Map!.Shape);
        Run(new ColumnSum(dmap, sum));
        Run(new CopyTransposed(sum, target, addMap));
    }
}
