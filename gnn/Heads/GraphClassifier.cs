using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>All that is needed to build a <see cref="GraphClassifier"/> again; a checkpoint carries it as JSON.</summary>
public sealed record GraphClassifierOptions
{
    /// <summary>What a checkpoint calls a graph classifier.</summary>
    public const string Kind = "graph-classifier";

    /// <summary>The encoder's sizes and parts.</summary>
    public required EncoderOptions Encoder { get; init; }

    /// <summary>The head's.</summary>
    public required GraphHeadOptions Head { get; init; }

    /// <summary>These options as one JSON object.</summary>
    public string ToJson() => OptionsJson.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such object, or a number is out of range.</exception>
    public static GraphClassifierOptions FromJson(string json) => OptionsJson.Read<GraphClassifierOptions>(json, "graph classifier options");
}

/// <summary>An encoder of nodes under a head for whole graphs. Parameters are named <c>encoder.…</c> and <c>head.…</c>.</summary>
/// <remarks>For graphs with node features; codes become features by <see cref="Data.CodeTable.OneHot"/>.</remarks>
public sealed class GraphClassifier : Module, IGraphEmbedder, ILayered, IRebuildable
{
    private const uint EncoderStream = 1, HeadStream = 2;

    /// <summary>A classifier with fresh weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="options">Its parts.</param>
    /// <param name="seed">Names the initial weights; the encoder's and the head's are drawn apart.</param>
    public GraphClassifier(Device device, GraphClassifierOptions options, ulong seed)
    {
        Options = options;
        Encoder = Add("encoder", new Encoder(device, options.Encoder, new Rng(seed, EncoderStream)));
        Head = Add("head", new GraphHead(device, options.Head, options.Encoder.Hidden, new Rng(seed, HeadStream)));
    }

    /// <summary>Builds the classifier that a checkpoint holds.</summary>
    /// <param name="path">A file that <see cref="Checkpoint.Save"/> wrote.</param>
    /// <param name="device">Where it is to live.</param>
    /// <exception cref="InvalidDataException">The file holds no graph classifier, or breaks the format.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static GraphClassifier Load(string path, Device device)
    {
        var file = SafeTensors.Read(path);
        var (kind, json) = Checkpoint.Origin(file, path);
        return kind == GraphClassifierOptions.Kind
            ? Checkpoint.Filled(new GraphClassifier(device, GraphClassifierOptions.FromJson(json), seed: 0), file, path)
            : throw new InvalidDataException($"{path} holds a '{kind}', not a {GraphClassifierOptions.Kind}; put a head on its encoder");
    }

    /// <summary>Its parts.</summary>
    public GraphClassifierOptions Options { get; }

    /// <summary>Embeds nodes.</summary>
    public Encoder Encoder { get; }

    /// <summary>Pools and scores.</summary>
    public GraphHead Head { get; }

    /// <inheritdoc/>
    public int Outputs => Options.Head.Outputs;

    /// <inheritdoc/>
    public IReadOnlyList<Layer> Layers => [.. Encoder.Layers.Select(l => l.Under("encoder")), new("head", "head.*")];

    /// <inheritdoc/>
    public string Kind => GraphClassifierOptions.Kind;

    /// <inheritdoc/>
    public string OptionsJson => Options.ToJson();

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The graphs have no node features, or another number of them.</exception>
    public Var Forward(Tape tape, GraphBatch batch) => Score(Pool(batch, Embed(tape, batch)));

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The graphs have no node features, or another number of them.</exception>
    public Var Embed(Tape tape, GraphBatch batch)
    {
        var x = batch.NodeFeatures ?? throw new InvalidDataException($"{batch}: nodes have no features; make some of their codes (CodeTable.OneHot), or of their degrees");
        if (x.Shape[1] != Options.Encoder.Inputs) throw new InvalidDataException($"{batch}: nodes have {x.Shape[1]} features, but the encoder was made for {Options.Encoder.Inputs}");
        return Encoder.Forward(batch.Graph, tape.Input(x));
    }

    /// <inheritdoc/>
    public Var Pool(GraphBatch batch, Var h) => Head.Pool(h, batch.GraphOfNode);

    /// <inheritdoc/>
    public Var Score(Var g) => Head.Score(g);
}
