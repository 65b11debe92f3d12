using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Models;
using GraphTune.Gnn.Sampling;

namespace GraphTune.Gnn;

/// <summary>A stack of graph convolutions: dropout on the input, then for each layer convolution, norm, activation and dropout. Gives every node an embedding.</summary>
/// <remarks>Parameters are named <c>convs.0.…</c> and <c>norms.0.…</c>, as PyG's own models name theirs; slopes of <see cref="PRelu"/> <c>acts.0.weight</c>.</remarks>
public sealed class Encoder : GraphEncoder, ILayered, IRebuildable, IAdaptable
{
    private readonly GraphStep[] convs;
    private readonly TensorModule[] norms;
    private readonly TensorModule[] acts;
    private readonly AddedParts added = new();

    /// <summary>An encoder with fresh weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="options">Its sizes and parts.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <exception cref="InvalidDataException">A size or share is out of range.</exception>
    public Encoder(Device device, EncoderOptions options, Rng rng)
    {
        Options = options.Checked();
        var layers = Enumerable.Range(0, options.Layers);
        convs = [.. layers.Select(i => GraphStep.Of(options, device, i == 0 ? options.Inputs : options.Hidden, options.Hidden, options.Heads, rng))];
        norms = [.. layers.Take(options.Norm == NormKind.None ? 0 : options.Layers).Select(_ => NormOf(device, options))];
        acts = [.. layers.Take(options.ActivateLast ? options.Layers : options.Layers - 1).Select(_ => Activation.Of(options.Activation, device))];
        Add("convs", new ModuleList(convs.Select(c => c.Module)));
        Add("norms", new ModuleList(norms));
        Add("acts", new ModuleList(acts));
    }

    /// <summary>The encoder that a file holds, alone or inside a classifier, built as the file says or shows, and with its weights.</summary>
    /// <param name="path">A safetensors or PyTorch file, ours or one with PyG's names (<see cref="EncoderFile.Recognise"/>).</param>
    /// <param name="device">Where it is to live.</param>
    /// <exception cref="InvalidDataException">The file holds no encoder of node features, or breaks the format.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static Encoder Load(string path, Device device)
    {
        var file = CheckpointFile.Read(path);
        var plan = EncoderFile.Recognise(file, path);
        if (plan.Plain is null) throw new InvalidDataException($"{path} holds a {plan}, not an encoder of node features; EncoderFile.Load reads either");
        return (Encoder)plan.Load(file, path, device);
    }

    /// <summary>Its sizes and parts.</summary>
    public EncoderOptions Options { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Layer> Layers => [.. Enumerable.Range(0, Options.Layers).Select(i => new Layer($"{i}", $"convs.{i}.*|norms.{i}.*|acts.{i}.*|adapters.{i}.*{(i == 0 ? "|prompt.*" : "")}"))];

    /// <inheritdoc/>
    public string Kind => EncoderOptions.Kind;

    /// <inheritdoc/>
    public string OptionsJson => Options.ToJson();

    /// <inheritdoc/>
    public override int Width => Options.Hidden;

    /// <inheritdoc/>
    public override Var Embed(Tape tape, GraphBatch batch) => batch.NodeFeatures is { } x && x.Shape[1] == Options.Inputs
        ? Forward(batch.Graph, tape.Input(x))
        : throw new InvalidDataException($"the encoder was made for {Options.Inputs} features of a node, but the graphs have {batch.NodeFeatures?.Shape[1] ?? 0}");

    /// <inheritdoc/>
    public override Encoder Twin()
    {
        var twin = new Encoder(Parameters.First().Value.Device, Options, new Rng(0));
        twin.CopyFrom(this);
        return twin;
    }

    /// <summary>Embeds every node.</summary>
    /// <param name="graph">The edges.</param>
    /// <param name="x">Node features x[n,f].</param>
    /// <returns>Embeddings h[n,<see cref="EncoderOptions.Hidden"/>].</returns>
    public Var Forward(Graph graph, Var x) => Forward(graph, x, dropLast: true);

    /// <summary>The same, where the last layer's dropout may be left to what follows.</summary>
    internal Var Forward(Graph graph, Var x, bool dropLast)
    {
        var entering = Entering(x);
        var h = Adapted(0, convs[0].Forward(graph, entering), entering);
        if (entering != x) entering.Dispose();   // x is the caller's
        return Above(graph, h, dropLast);
    }

    /// <summary>Whether the first layer begins with one linear map of its input, which may be computed otherwise.</summary>
    internal bool MapsFirst => convs[0].Mapped is not null && added.Prompt is null && added.Adapter(0) is null;

    /// <summary>The same where W·x of the first layer is computed otherwise: from sparse features, or with a token's W·token for some rows.</summary>
    internal Var Forward(Graph graph, Func<Linear, Var> map, bool dropLast) => Above(graph, convs[0].Mapped!(graph, map), dropLast);

    // All that follows the first convolution.
    private Var Above(Graph graph, Var h, bool dropLast)
    {
        for (var i = 0; i < convs.Length; i++)
        {
            if (i > 0) Replace(Adapted(i, convs[i].Forward(graph, h), h));
            if (i < norms.Length) Replace(norms[i].Forward(h));
            Replace(Activated(i, h, dropLast || i < convs.Length - 1 ? Options.Dropout : 0f));
        }
        return h;

        void Replace(Var next)
        {
            if (h != next) h.Dispose();
            h = next;
        }
    }

    /// <summary>Embeds the seeds of a sampled batch.</summary>
    /// <param name="blocks">One for each layer, the first layer's first.</param>
    /// <param name="x">The features of the first block's sources, x[sources,f].</param>
    /// <returns>Embeddings h[seeds,<see cref="EncoderOptions.Hidden"/>].</returns>
    /// <exception cref="ShapeException">There is another number of blocks than of layers.</exception>
    public Var Forward(IReadOnlyList<Block> blocks, Var x)
    {
        if (blocks.Count != convs.Length) throw new ShapeException($"Encoder: {blocks.Count} blocks for {convs.Length} layers; sample one hop for each layer");
        var h = x;
        for (var i = 0; i < convs.Length; i++) h = Layer(i, blocks[i], h);
        return h;
    }

    /// <summary>Has the blocks make what the layers will ask them for.</summary>
    internal void Prepare(IReadOnlyList<Block> blocks)
    {
        for (var i = 0; i < convs.Length; i++) convs[i].Prepare(blocks[i]);
    }

    /// <summary>One layer of a sampled batch: h[targets, hidden] from h[sources, …].</summary>
    internal Var Layer(int i, Block block, Var h)
    {
        if (i == 0) h = Entering(h);
        return Finished(i, Adapted(i, convs[i].Sampled(block, h), added.Adapter(i) is null ? h : block.Roots(h)));
    }

    private Var Entering(Var x) => (added.Prompt?.Forward(x) ?? x).Dropout(Options.InputDropout);

    private Var Adapted(int i, Var y, Var x) => added.Adapter(i) is { } adapter ? y + adapter.Forward(x) : y;

    /// <inheritdoc/>
    public void AddAdapters(int bottleneck, float scale, Rng rng)
    {
        var device = Parameters.First().Value.Device;
        if (added.Adapters(bottleneck, convs.Length, i => new(device, i == 0 ? Options.Inputs : Options.Hidden, Options.Hidden, bottleneck, rng, scale)) is { } adapters) Add("adapters", adapters);
    }

    /// <inheritdoc/>
    public void AddPrompt(int vectors, Rng rng)
    {
        if (added.NewPrompt(vectors, () => new(Parameters.First().Value.Device, vectors, Options.Inputs, rng)) is { } prompt) Add("prompt", prompt);
    }

    private Var Finished(int i, Var h)
    {
        if (i < norms.Length) h = norms[i].Forward(h);
        return Activated(i, h, Options.Dropout);
    }

    private Var Activated(int i, Var h, float dropout)
    {
        if (i == acts.Length) return h;
        if (Options.Activation == ActivationKind.Relu) return h.ReluDropout(dropout);   // one pass
        var y = acts[i].Forward(h);
        var dropped = y.Dropout(dropout);
        if (y != h && y != dropped) y.Dispose();
        return dropped;
    }

    /// <summary>A classifier that starts from this encoder's weights, under a fresh head. The encoder itself stays as it is.</summary>
    /// <param name="head">The head's parts.</param>
    /// <param name="seed">Names the head's initial weights.</param>
    public NodeClassifier WithHead(HeadOptions head, ulong seed)
    {
        var model = new NodeClassifier(Parameters.First().Value.Device, new ClassifierOptions { Encoder = Options, Head = head }, seed);
        model.Encoder.CopyFrom(this);
        return model;
    }

    private static TensorModule NormOf(Device device, EncoderOptions options) =>
        options.Norm == NormKind.Batch ? new BatchNorm(device, options.Hidden) : new LayerNorm(device, options.Hidden);
}
