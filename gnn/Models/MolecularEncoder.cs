using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn.Models;

/// <summary>The encoder of molecules of Hu et al. 2020: embeddings of atoms, then layers of messages that carry embeddings of bonds, each followed by batch norm, ReLU (but for the last) and dropout.</summary>
/// <remarks>
/// <para>Hu et al. 2020, arXiv:1905.12265, appendix A. h⁰ = x_embedding1[number] + x_embedding2[chirality]; e = edge_embedding1[type] +
/// edge_embedding2[direction] anew in each layer; every node has a self-loop of bond type 4. The bodies' formulas are those of <see cref="MolecularBody"/>.</para>
/// <para>Parameters have the published names: <c>x_embedding1.weight</c>, <c>x_embedding2.weight</c>, <c>gnns.0.…</c>, <c>batch_norms.0.…</c>.</para>
/// <para>Bonds are summed by kind, and the first layer works on kinds of atoms, of which a batch has some twenty: no row is made for an
/// edge, and the first product costs nothing. O(layers·(n·width² + edges·width)) work. Deterministic.</para>
/// </remarks>
public sealed class MolecularEncoder : GraphEncoder, ILayered, IRebuildable, IAdaptable
{
    private readonly CodeEmbedding numbers, chiralities;
    private readonly MolecularConv[] convs;
    private readonly BatchNorm[] norms;
    private readonly AddedParts added = new();

    /// <summary>An encoder with fresh weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="options">Its sizes and parts.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <exception cref="InvalidDataException">A size or share is out of range.</exception>
    public MolecularEncoder(Device device, MolecularOptions options, Rng rng)
    {
        Options = options.Checked();
        numbers = Add("x_embedding1", new CodeEmbedding(device, options.Atoms, options.Width, rng));
        chiralities = Add("x_embedding2", new CodeEmbedding(device, options.Chiralities, options.Width, rng));
        var layers = Enumerable.Range(0, options.Layers);
        convs = [.. layers.Select(_ => MolecularConv.Of(device, options, rng))];
        norms = [.. layers.Select(_ => new BatchNorm(device, options.Width, new() { RoundsAsPyTorch = true }))];
        Add("gnns", new ModuleList(convs));
        Add("batch_norms", new ModuleList(norms));
    }

    /// <summary>Its sizes and parts.</summary>
    public MolecularOptions Options { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Layer> Layers =>
    [
        new Layer("embeddings", "x_embedding1.*|x_embedding2.*|prompt.*"),
        .. Enumerable.Range(0, Options.Layers).Select(i => new Layer($"{i}", $"gnns.{i}.*|batch_norms.{i}.*|adapters.{i}.*")),
    ];

    /// <inheritdoc/>
    public string Kind => MolecularOptions.Kind;

    /// <inheritdoc/>
    public string OptionsJson => Options.ToJson();

    /// <inheritdoc/>
    public override int Width => Options.Outputs;

    /// <inheritdoc/>
    public override Var Embed(Tape tape, GraphBatch batch) => Forward(tape, MolecularGraph.Of(batch));

    /// <inheritdoc/>
    public override MolecularEncoder Twin()
    {
        var twin = new MolecularEncoder(Parameters.First().Value.Device, Options, new Rng(0));
        twin.CopyFrom(this);
        return twin;
    }

    /// <summary>Embeds every atom.</summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="graph">The molecules.</param>
    /// <returns>h[n, <see cref="MolecularOptions.Outputs"/>].</returns>
    /// <exception cref="InvalidDataException">A code is beyond the tables.</exception>
    public Var Forward(Tape tape, MolecularGraph graph) => Joined(graph, Run(tape, graph));

    /// <summary>Embeds every molecule: the mean over its atoms.</summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="graph">The molecules.</param>
    /// <returns>g[molecules, <see cref="MolecularOptions.Outputs"/>].</returns>
    /// <exception cref="InvalidDataException">A code is beyond the tables.</exception>
    public Var Pooled(Tape tape, MolecularGraph graph) => Forward(tape, graph).Segment(Aggregation.Mean, graph.Molecule);

    /// <summary>What every batch norm gives, before the ReLU.</summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="graph">The molecules.</param>
    /// <returns>h[n, width] of each layer, the first one first.</returns>
    public IReadOnlyList<Var> Normalised(Tape tape, MolecularGraph graph) => Run(tape, graph).Normalised;

    /// <inheritdoc/>
    public void AddAdapters(int bottleneck, float scale, Rng rng)
    {
        if (added.Adapters(bottleneck, convs.Length, _ => new(numbers.Weight.Device, Options.Width, Options.Width, bottleneck, rng, scale)) is { } adapters) Add("adapters", adapters);
    }

    /// <inheritdoc/>
    public void AddPrompt(int vectors, Rng rng)
    {
        if (added.NewPrompt(vectors, () => new(numbers.Weight.Device, vectors, Options.Width, rng)) is { } prompt) Add("prompt", prompt);
    }

    /// <summary>Has molecules make what a pass will ask them for besides their patterns.</summary>
    internal void Prepare(MolecularGraph graph)
    {
        if (Options.Body == MolecularBody.Gcn) _ = graph.GcnWeight;
    }

    private (Var Atoms, List<Var> Normalised, List<Var> Layers) Run(Tape tape, MolecularGraph graph)
    {
        var atoms = PairEmbedding.OfAtoms(tape, graph, numbers, chiralities);
        if (added.Prompt is { } prompt) atoms = prompt.Forward(atoms);
        List<Var> normalised = [], layers = [];
        for (var i = 0; i < convs.Length; i++)
        {
            var x = i == 0 ? convs[0].Forward(graph, atoms, graph.FromAtoms) : convs[i].Forward(graph, layers[^1], graph.FromNodes);
            if (added.Adapter(i) is { } adapter) x += i == 0 ? adapter.Forward(atoms, graph.AtomOfNode) : adapter.Forward(layers[^1]);
            normalised.Add(norms[i].Forward(x));
            layers.Add(i < convs.Length - 1 ? normalised[^1].ReluDropout(Options.Dropout) : normalised[^1].Dropout(Options.Dropout));
        }
        return (atoms, normalised, layers);
    }

    private Var Joined(MolecularGraph graph, (Var Atoms, List<Var> Normalised, List<Var> Layers) run)
    {
        if (Options.Jump == JumpingKind.Last) return run.Layers[^1];
        var first = run.Atoms.Gather(graph.AtomOfNode);
        return Options.Jump switch
        {
            JumpingKind.Concat => first.Concat([.. run.Layers]),
            JumpingKind.Max => run.Layers.Aggregate(first, (best, x) => new ZipOp<Maximum>(best, x).Apply()),
            _ => run.Layers.Aggregate(first, (sum, x) => sum + x),
        };
    }
}
