using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Graph attention: yᵢ = Σⱼ αᵢⱼ·W·xⱼ + b, αᵢⱼ = softmaxⱼ LeakyReLU(a_src·W·xⱼ + a_dst·W·xᵢ + a_edge·W_e·eᵢⱼ), head by head.</summary>
/// <remarks>
/// Veličković et al. 2018, arXiv:1710.10903, eqs. 1 to 6; options and parameter names as PyG's <c>GATConv</c>: <c>att_src</c>, <c>att_dst</c>,
/// <c>att_edge</c>[1,h,c], <c>bias</c>, <c>lin_src.weight</c>[h·c,inputs], <c>lin_edge.weight</c>[h·c,d]. Edge attributes meet
/// a_edge·W_e, which is folded to d numbers a head first, so no buffer of edges × channels is made, in training either.
/// </remarks>
public sealed class GatConv : Module
{
    private readonly HeadMean? mean;

    /// <summary>A layer with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="channels">Columns of y for one head, c.</param>
    /// <param name="heads">The number of heads, h.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="concat">Whether heads stand side by side, y[n,h·c]; if not, they are averaged, y[n,c].</param>
    /// <param name="edgeWidth">Attributes of an edge, d; 0 for none.</param>
    /// <param name="bias">Whether there is a b.</param>
    public GatConv(Device device, int inputs, int channels, int heads, Rng rng, bool concat = true, int edgeWidth = 0, bool bias = true)
    {
        (Concat, mean) = (concat, concat ? null : new HeadMean(device, heads, channels));
        var attention = new Shape(1, heads, channels);
        AttSrc = Add("att_src", Init.Glorot(device, attention, rng));
        AttDst = Add("att_dst", Init.Glorot(device, attention, rng));
        if (edgeWidth > 0) AttEdge = Add("att_edge", Init.Glorot(device, attention, rng));
        if (bias) Bias = Add("bias", Init.Constant(device, new Shape(concat ? heads * channels : channels), 0f));
        LinSrc = Add("lin_src", new Linear(device, inputs, heads * channels, rng, bias: false, glorot: true));
        if (edgeWidth > 0) LinEdge = Add("lin_edge", new Linear(device, edgeWidth, heads * channels, rng, bias: false, glorot: true));
    }

    /// <summary>Whether each node also attends to itself: its loops are replaced by one.</summary>
    public bool AddSelfLoops { get; init; } = true;

    /// <summary>What the new loops' attributes are.</summary>
    public LoopFill Fill { get; init; } = LoopFill.Mean;

    /// <summary>The slope of the leaky ReLU below 0.</summary>
    public float NegativeSlope { get; init; } = 0.2f;

    /// <summary>The probability that an attention weight is dropped in training.</summary>
    public float Dropout { get; init; }

    /// <summary>Whether heads stand side by side.</summary>
    public bool Concat { get; }

    /// <summary>a_src[1,h,c].</summary>
    public Parameter AttSrc { get; }

    /// <summary>a_dst[1,h,c].</summary>
    public Parameter AttDst { get; }

    /// <summary>a_edge[1,h,c], or null.</summary>
    public Parameter? AttEdge { get; }

    /// <summary>b, or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>W.</summary>
    public Linear LinSrc { get; }

    /// <summary>W_e, or null.</summary>
    public Linear? LinEdge { get; }

    /// <summary>y[n,h·c], or y[n,c] where heads are averaged.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n,inputs].</param>
    /// <param name="edgeAttr">e[e,d] in the graph's canonical order, or null.</param>
    public Var Forward(Graph graph, Var x, Var? edgeAttr = null) => Attend(graph, LinSrc.Forward(x), edgeAttr);

    /// <summary>The same of sparse features.</summary>
    /// <inheritdoc cref="Forward(Graph, Var, Var)"/>
    public Var Forward(Graph graph, SparseVar x, Var? edgeAttr = null) => Attend(graph, LinSrc.Forward(x), edgeAttr);

    /// <summary>y of h = W·x.</summary>
    internal Var Attend(Graph graph, Var h, Var? edgeAttr = null)
    {
        var (a, e) = AddSelfLoops ? graph.ReplaceSelfLoops(edgeAttr, Fill) : (graph, edgeAttr);
        var edge = e is null || LinEdge is null ? null : e.MatMul(h.Tape.Input(LinEdge.WeightOn(h.Tape)).Transposed().HeadDot(AttEdge!));
        var y = a.Attend(h, h.HeadDot(AttSrc), h.HeadDot(AttDst), edge, NegativeSlope, Dropout);
        if (mean is not null) y = mean.Of(y);
        return Bias is null ? y : y + Bias;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        mean?.Dispose();
        base.Dispose();
    }
}
