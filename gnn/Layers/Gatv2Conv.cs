using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>GATv2: yᵢ = Σⱼ αᵢⱼ·W_l·xⱼ + b, αᵢⱼ = softmaxⱼ a·LeakyReLU(W_l·xⱼ + W_r·xᵢ + W_e·eᵢⱼ), head by head.</summary>
/// <remarks>
/// Brody, Alon and Yahav 2022, arXiv:2105.14491, eq. 7; options and parameter names as PyG's <c>GATv2Conv</c>: <c>att</c>[1,h,c],
/// <c>lin_l</c>, <c>lin_r</c> with biases, <c>lin_edge.weight</c>[h·c,d], <c>bias</c>. The largest buffer on edges is edges × heads, in backward.
/// </remarks>
public sealed class Gatv2Conv : Module
{
    private readonly HeadMean? mean;
    private readonly int heads;

    /// <summary>A layer with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="channels">Columns of y for one head, c.</param>
    /// <param name="heads">The number of heads, h.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="concat">Whether heads stand side by side, y[n,h·c]; if not, they are averaged, y[n,c].</param>
    /// <param name="edgeWidth">Attributes of an edge, d; 0 for none.</param>
    /// <param name="shareWeights">Whether W_r is W_l.</param>
    /// <param name="bias">Whether there are a b and biases of W_l and W_r.</param>
    public Gatv2Conv(Device device, int inputs, int channels, int heads, Rng rng, bool concat = true, int edgeWidth = 0, bool shareWeights = false, bool bias = true)
    {
        (Concat, this.heads, mean) = (concat, heads, concat ? null : new HeadMean(device, heads, channels));
        Att = Add("att", Init.Glorot(device, new Shape(1, heads, channels), rng));
        if (bias) Bias = Add("bias", Init.Constant(device, new Shape(concat ? heads * channels : channels), 0f));
        LinL = Add("lin_l", new Linear(device, inputs, heads * channels, rng, bias, glorot: true));
        LinR = shareWeights ? LinL : Add("lin_r", new Linear(device, inputs, heads * channels, rng, bias, glorot: true));
        if (edgeWidth > 0) LinEdge = Add("lin_edge", new Linear(device, edgeWidth, heads * channels, rng, bias: false, glorot: true));
    }

    /// <inheritdoc cref="GatConv.AddSelfLoops"/>
    public bool AddSelfLoops { get; init; } = true;

    /// <inheritdoc cref="GatConv.Fill"/>
    public LoopFill Fill { get; init; } = LoopFill.Mean;

    /// <inheritdoc cref="GatConv.NegativeSlope"/>
    public float NegativeSlope { get; init; } = 0.2f;

    /// <inheritdoc cref="GatConv.Dropout"/>
    public float Dropout { get; init; }

    /// <inheritdoc cref="GatConv.Concat"/>
    public bool Concat { get; }

    /// <summary>a[1,h,c].</summary>
    public Parameter Att { get; }

    /// <summary>b, or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>W_l, of the node an edge comes from.</summary>
    public Linear LinL { get; }

    /// <summary>W_r, of the node an edge goes to.</summary>
    public Linear LinR { get; }

    /// <summary>W_e, or null.</summary>
    public Linear? LinEdge { get; }

    /// <inheritdoc cref="GatConv.Forward(Graph, Var, Var)"/>
    public Var Forward(Graph graph, Var x, Var? edgeAttr = null)
    {
        var (a, e) = AddSelfLoops ? graph.ReplaceSelfLoops(edgeAttr, Fill) : (graph, edgeAttr);
        Var l = LinL.Forward(x), r = LinR == LinL ? l : LinR.Forward(x);
        var attention = x.Tape.Input(Att).Reshape(heads, Att.Count / heads);
        var y = a.AttendPair(l, r, attention, LinEdge is null ? null : e, e is null ? null : LinEdge?.WeightOn(x.Tape), NegativeSlope, Dropout);
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
