using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Models;

namespace GraphTune.Gnn.Pretrain;

/// <summary>The encoder with a linear map from a hidden node's embedding to what it was, and one for edges.</summary>
internal sealed class AttributeMaskingModel : PretextModel
{
    private readonly float share;
    private readonly int? nodeMask, edgeMask;
    private readonly Linear nodes;
    private readonly Linear? edges;
    private readonly StepParts parts = new();

    public AttributeMaskingModel(AttributeMasking options, MolecularEncoder encoder, PretextData data, ulong seed) : base(encoder, data, seed)
    {
        var (graphs, tables, rng) = (data.Graphs!, encoder.Options, new Rng(seed, WeightStream));
        (share, nodeMask) = (options.Share, tables.Atoms - 1);
        Below(graphs.NodeCodes, tables.Atoms - 1, "atom", data.Name);
        nodes = Add("nodes", new Linear(data.Device, encoder.Width, tables.Atoms - 1, rng));
        if (!options.Bonds) return;
        edgeMask = tables.Bonds - 1 > MolecularGraph.SelfLoop ? tables.Bonds - 1 : throw new InvalidDataException($"{options.Name}: a table of {tables.Bonds} bonds has no row for a mask; {MolecularGraph.SelfLoop + 2} are needed");
        Below(graphs.EdgeCodes, MolecularGraph.SelfLoop, "bond", data.Name);
        edges = Add("edges", new Linear(data.Device, encoder.Width, MolecularGraph.SelfLoop, rng));
    }

    public AttributeMaskingModel(AttributeMasking options, GraphEncoder encoder, PretextData data, ulong seed) : base(encoder, data, seed)
    {
        share = options.Share;
        if (data.Graphs!.NodeFeatures is not { Dense: { } rows, Columns: > 0 and var classes }) throw new InvalidDataException($"{options.Name}: {data.Name} has no node features");
        for (var at = 0; at < rows.Length; at += classes)
            if (rows.AsSpan(at, classes) is var row && (row.IndexOf(1f) < 0 || row.IndexOfAnyExcept(0f) != row.LastIndexOfAnyExcept(0f)))
                throw new InvalidDataException($"{options.Name}: {data.Name}: the features of node {at / classes} are not one-hot; a single 1 is what can be asked for as a class. Use masked-features for others");
        nodes = Add("nodes", new Linear(data.Device, encoder.Width, classes, new Rng(seed, WeightStream)));
    }

    protected override Var Loss(Tape tape, GraphBatch batch, Rng rng)
    {
        var masks = AttributeMasks.Draw(batch.Data, batch.Ids, share, nodeMask, edgeMask, rng);
        parts.Clear();
        if (masks.Nodes.Length == 0) return tape.Constant(new Shape(1), 0f);
        var h = Encoder.Embed(tape, parts.Batch(Data.Device, masks.Masked));
        var loss = Ask(nodes, Rows(h, masks.Nodes), masks.Classes);
        return edges is null || masks.From.Length == 0 ? loss : loss + Ask(edges, Rows(h, masks.From) + Rows(h, masks.To), masks.EdgeClasses);
    }

    private Var Rows(Var h, int[] rows) => h.Gather(parts.Add(RowIndex.From(Data.Device, rows, h.Shape[0])));

    private Var Ask(Linear map, Var rows, int[] classes) => map.Forward(rows).CrossEntropy(parts.Add(Indices.From(Data.Device, classes)));

    private static void Below(CodeTable? codes, int end, string what, string name)
    {
        if (codes is not { Columns: 2 }) throw new InvalidDataException($"{name}: an encoder of molecules needs two codes for each node and each edge");
        for (var at = 0; at < codes.Values.Length; at += 2)
            if (codes.Values[at] >= end) throw new InvalidDataException($"{name}: a code {codes.Values[at]} of a {what}, but only 0 to {end - 1} can be asked for");
    }

    public override void Dispose()
    {
        parts.Dispose();
        base.Dispose();
    }
}
