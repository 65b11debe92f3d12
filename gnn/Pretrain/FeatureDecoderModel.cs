using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Pretrain;

/// <summary>Features of some nodes from the embeddings of all: one convolution that aggregates embeddings first and maps only the rows asked for.</summary>
/// <remarks>
/// Features are the wide side, so nothing wide is made for a node that is not asked for. Attention scores a·W·h are (Wᵀ·a)·h. O(edges·width +
/// rows·width·features) work.
/// </remarks>
internal sealed class FeatureDecoderModel : Module
{
    private readonly FeatureDecoder kind;
    private readonly float attentionDropout;
    private readonly Linear? hidden;
    private readonly Linear output;
    private readonly Parameter? source, target;

    public FeatureDecoderModel(FeatureDecoder kind, Device device, int width, int features, float attentionDropout, Rng rng)
    {
        (this.kind, this.attentionDropout) = (kind, attentionDropout);
        if (kind == FeatureDecoder.Gin) hidden = Add("hidden", new Linear(device, width, width, rng));
        // As wide as in the authors' program, √2 as wide as in PyG: with an L2 penalty that is felt to the end. Attention vectors of one head are alike in both.
        output = Add("output", new Linear(device, width, features, rng, glorot: kind is FeatureDecoder.Gcn or FeatureDecoder.Gat, gain: kind == FeatureDecoder.Gat ? MathF.Sqrt(2f) : 1f));
        if (kind != FeatureDecoder.Gat) return;
        source = Add("att_src", Init.Glorot(device, new Shape(1, features), rng));
        target = Add("att_dst", Init.Glorot(device, new Shape(1, features), rng));
    }

    /// <summary>Whether a node's own embedding is hidden from the decoder.</summary>
    public bool Remasks => kind != FeatureDecoder.Linear;

    /// <summary>y[k,features] of the k nodes asked for.</summary>
    public Var Forward(Graph graph, Var h, RowIndex nodes)
    {
        var rows = Aggregated(graph, h).Gather(nodes);
        return output.Forward(hidden?.Forward(rows, relu: true) ?? rows);
    }

    private Var Aggregated(Graph graph, Var h)
    {
        switch (kind)
        {
            case FeatureDecoder.Gcn:
                return graph.GcnSum(h);
            case FeatureDecoder.Gin:
                return graph.Sum(h) + h;
            case FeatureDecoder.Gat:
                var looped = graph.ReplaceSelfLoops(null, LoopFill.Mean).Graph;
                return looped.Attend(h, Score(h, source!), Score(h, target!), drop: attentionDropout);
            default:
                return h;
        }
    }

    private Var Score(Var h, Parameter attention) => h.MatMul(h.Tape.Input(attention).MatMul(output.Weight), Kernels.Transpose.Right);
}
