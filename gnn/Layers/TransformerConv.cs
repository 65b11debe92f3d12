using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Attention of queries and keys over edges: yᵢ = W_s·xᵢ + Σⱼ αᵢⱼ·(W_v·xⱼ + W_e·eᵢⱼ), αᵢⱼ = softmaxⱼ ⟨W_q·xᵢ, W_k·xⱼ + W_e·eᵢⱼ⟩ / √c, head by head.</summary>
/// <remarks>
/// Shi et al. 2021, arXiv:2009.03509, eqs. 1 to 6; options and names as PyG's <c>TransformerConv</c>: <c>lin_key</c>, <c>lin_query</c>,
/// <c>lin_value</c>, <c>lin_edge.weight</c>[h·c, d], <c>lin_skip</c>, <c>lin_beta.weight</c>. With a gate β = σ(w·[a, s, a − s]) the result is
/// β·s + (1 − β)·a for the attention's a and s = W_s·x. No loops are added. One fused pass; what backward keeps on edges is edges × heads.
/// </remarks>
public sealed class TransformerConv : Module
{
    private readonly HeadMean? mean;
    private readonly int heads;
    private readonly bool root;

    /// <summary>A layer with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="channels">Columns of y for one head, c.</param>
    /// <param name="heads">The number of heads, h.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="concat">Whether heads stand side by side, y[n,h·c]; if not, they are averaged, y[n,c].</param>
    /// <param name="beta">Whether a gate weighs the node's own row against the attention's.</param>
    /// <param name="edgeWidth">Attributes of an edge, d; 0 for none.</param>
    /// <param name="bias">Whether W_s has a bias.</param>
    /// <param name="rootWeight">Whether W_s·x is added. W_s exists either way, as in PyG.</param>
    public TransformerConv(Device device, int inputs, int channels, int heads, Rng rng, bool concat = true, bool beta = false, int edgeWidth = 0, bool bias = true, bool rootWeight = true)
    {
        (this.heads, root, Concat, mean) = (heads, rootWeight, concat, concat ? null : new HeadMean(device, heads, channels));
        LinKey = Add("lin_key", new Linear(device, inputs, heads * channels, rng));
        LinQuery = Add("lin_query", new Linear(device, inputs, heads * channels, rng));
        LinValue = Add("lin_value", new Linear(device, inputs, heads * channels, rng));
        if (edgeWidth > 0) LinEdge = Add("lin_edge", new Linear(device, edgeWidth, heads * channels, rng, bias: false));
        var outputs = concat ? heads * channels : channels;
        LinSkip = Add("lin_skip", new Linear(device, inputs, outputs, rng, bias));
        if (beta && rootWeight) LinBeta = Add("lin_beta", new Linear(device, 3 * outputs, 1, rng, bias: false));
    }

    /// <summary>The probability that an attention weight is dropped in training.</summary>
    public float Dropout { get; init; }

    /// <summary>Whether heads stand side by side.</summary>
    public bool Concat { get; }

    /// <summary>W_k.</summary>
    public Linear LinKey { get; }

    /// <summary>W_q.</summary>
    public Linear LinQuery { get; }

    /// <summary>W_v.</summary>
    public Linear LinValue { get; }

    /// <summary>W_e, or null.</summary>
    public Linear? LinEdge { get; }

    /// <summary>W_s.</summary>
    public Linear LinSkip { get; }

    /// <summary>What makes the gate β, or null.</summary>
    public Linear? LinBeta { get; }

    /// <summary>y[n,h·c], or y[n,c] where heads are averaged.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n,inputs].</param>
    /// <param name="edgeAttr">e[e,d] in the graph's canonical order, or null.</param>
    public Var Forward(Graph graph, Var x, Var? edgeAttr = null)
    {
        var y = graph.AttendDot(heads, LinQuery.Forward(x), LinKey.Forward(x), LinValue.Forward(x), LinEdge is null ? null : edgeAttr, edgeAttr is null ? null : LinEdge?.WeightOn(x.Tape), Dropout);
        if (mean is not null) y = mean.Of(y);
        if (!root) return y;
        var skip = LinSkip.Forward(x);
        if (LinBeta is null) return y + skip;
        var gate = LinBeta.Forward(y.Concat(skip, y - skip)).Sigmoid();
        return y + (skip - y) * gate;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        mean?.Dispose();
        base.Dispose();
    }
}
