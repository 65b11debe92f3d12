using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Sampling;

namespace GraphTune.Gnn;

/// <summary>An encoder with a head: what fine-tuning trains. Parameters are named <c>encoder.…</c> and <c>head.…</c>.</summary>
public sealed class NodeClassifier : Module, INodeEmbedder, ILayered, IRebuildable
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

    /// <summary>Builds the classifier that a checkpoint holds.</summary>
    /// <param name="path">A file that <see cref="Checkpoint.Save"/> wrote.</param>
    /// <param name="device">Where it is to live.</param>
    /// <exception cref="InvalidDataException">The file holds no classifier, or breaks the format.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static NodeClassifier Load(string path, Device device)
    {
        var file = SafeTensors.Read(path);
        var (kind, json) = Checkpoint.Origin(file, path);
        return kind == ClassifierOptions.Kind
            ? Checkpoint.Filled(new NodeClassifier(device, ClassifierOptions.FromJson(json), seed: 0), file, path)
            : throw new InvalidDataException($"{path} holds a '{kind}', not a {ClassifierOptions.Kind}; put a head on its encoder");
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
    public Var Forward(Graph graph, Var x)
    {
        using var h = Encoder.Forward(graph, x);
        return Head.Forward(graph, h);
    }

    /// <inheritdoc/>
    public Var Embed(Graph graph, Var x) => Encoder.Forward(graph, x);

    /// <inheritdoc/>
    public Var Score(Graph graph, Var h) => Head.Forward(graph, h);

    /// <summary>Hops of neighbours that an output depends on: what a sampler must draw.</summary>
    public int Hops => Options.Encoder.Layers + Head.Hops;

    /// <summary>Scores the seeds of a sampled batch.</summary>
    /// <param name="blocks">One for each of the <see cref="Hops"/>, the first layer's first.</param>
    /// <param name="x">The features of the first block's sources, x[sources,f].</param>
    /// <returns>Logits y[seeds,c].</returns>
    /// <exception cref="ShapeException">There is another number of blocks than of hops.</exception>
    public Var Forward(IReadOnlyList<Block> blocks, Var x)
    {
        if (blocks.Count != Hops) throw new ShapeException($"NodeClassifier: {blocks.Count} blocks, but an output depends on {Hops} hops; give the sampler that many fan-outs");
        return Score(blocks, Embed(blocks, x));
    }

    /// <summary>Has the blocks make what a pass will ask them for.</summary>
    internal void Prepare(IReadOnlyList<Block> blocks)
    {
        Encoder.Prepare(blocks);
        Head.Prepare(blocks[^1]);
    }

    /// <summary>What the head reads of a sampled batch: h[seeds,f], or of the last block's sources for a head that is a convolution.</summary>
    internal Var Embed(IReadOnlyList<Block> blocks, Var x) => Encoder.Forward([.. blocks.Take(Options.Encoder.Layers)], x);

    internal Var Score(IReadOnlyList<Block> blocks, Var h) => Head.Forward(Head.Hops == 0 ? null : blocks[^1], h);
}
