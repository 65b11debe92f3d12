using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>How a pair of node embeddings becomes one score.</summary>
public enum LinkScore
{
    /// <summary>⟨hᵢ, hⱼ⟩: no weights.</summary>
    Dot,
    /// <summary>Σ w·hᵢ·hⱼ, channel by channel: <c>weight</c>[width], from ones (Yang et al. 2015, arXiv:1412.6575).</summary>
    Diagonal,
    /// <summary>⟨hᵢ, W·hⱼ⟩, which tells the two directions of a pair apart: <c>lin.weight</c>[width, width] (Nickel et al. 2011).</summary>
    Bilinear,
}

/// <summary>Scores pairs of nodes: is there an edge j → i? Parameters: <c>bias</c>[1], and those of the <see cref="LinkScore"/>.</summary>
/// <remarks>The pairs are a graph of their own, so no row is made for a pair: O(pairs·width) work and one number a pair. For binary cross-entropy over true and drawn pairs.</remarks>
public sealed class LinkHead : Module
{
    private readonly Parameter? weight;
    private readonly Linear? lin;
    private readonly Parameter bias;

    /// <summary>A head with fresh weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="score">How a pair is scored.</param>
    /// <param name="width">Columns of a node's embedding.</param>
    /// <param name="rng">Draws the weights.</param>
    public LinkHead(Device device, LinkScore score, int width, Rng rng)
    {
        Score = score;
        if (score == LinkScore.Diagonal) weight = Add("weight", Init.Constant(device, new Shape(width), 1f));
        if (score == LinkScore.Bilinear) lin = Add("lin", new Linear(device, width, width, rng, bias: false, glorot: true));
        bias = Add("bias", Init.Constant(device, new Shape(1), 0f));
    }

    /// <summary>How a pair is scored.</summary>
    public LinkScore Score { get; }

    /// <summary>One logit for each pair: y[pairs], in the canonical order of <paramref name="pairs"/>, to which <see cref="Graph.EdgeTensor"/> brings labels.</summary>
    /// <param name="pairs">An edge j → i for each pair (i, j).</param>
    /// <param name="h">Embeddings h[n, width].</param>
    public Var Forward(Graph pairs, Var h)
    {
        var source = Score switch { LinkScore.Diagonal => h * weight!, LinkScore.Bilinear => lin!.Forward(h), _ => h };
        var width = h.Shape.RowLength;
        return pairs.Dot(h.Reshape(h.Shape[0], 1, width), source.Reshape(h.Shape[0], 1, width)).Reshape(pairs.Edges) + bias;
    }
}
