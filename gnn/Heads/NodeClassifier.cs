using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>An encoder with a head: what fine-tuning trains. Parameters are named <c>encoder.…</c> and <c>head.…</c>.</summary>
public sealed class NodeClassifier : Module, ILayered, IRebuildable
{
    private const uint EncoderStream = 1, HeadStream = 2;

    /// <summary>A classifier with fresh weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="options">Its parts.</param>
    /// <param name="seed">Names the initial weights. The encoder's and the head's are drawn apart: the same seed gives the same head on any encoder of that width.</param>
    public NodeClassifier(Device device, ClassifierOptions options, ulong seed)
    {
        Options = options;
        Encoder = Add("encoder", new Encoder(device, options.Encoder, new Rng(seed, EncoderStream)));
        Head = Add("head", new NodeHead(device, options.Head, options.Encoder, new Rng(seed, HeadStream)));
    }

    /// <summary>Its parts.</summary>
    public ClassifierOptions Options { get; }

    /// <summary>Embeds nodes.</summary>
    public Encoder Encoder { get; }

    /// <summary>Scores embeddings.</summary>
    public NodeHead Head { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Layer> Layers => [.. Encoder.Layers.Select(l => l.Under("encoder")), new("head", "head.*")];

    /// <inheritdoc/>
    public string Kind => ClassifierOptions.Kind;

    /// <inheritdoc/>
    public string OptionsJson => Options.ToJson();

    /// <summary>Scores every node.</summary>
    /// <param name="graph">The edges.</param>
    /// <param name="x">Node features x[n,f].</param>
    /// <returns>Logits y[n,c].</returns>
    public Var Forward(Graph graph, Var x) => Head.Forward(graph, Encoder.Forward(graph, x));
}
