using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Models;
using GraphTune.Kernels;

namespace GraphTune.Gnn.Pretrain;

/// <summary>A changed batch, and which node of the batch each of its nodes is.</summary>
internal sealed record GraphView(GraphBatch Batch, int[] Node);

/// <summary>Makes views of batches. Edges are changed on the host; features of the one large graph never leave the device.</summary>
/// <remarks>Linear in nodes and edges; a view lives until the parts it was added to are given back.</remarks>
internal sealed class GraphViews(PretextData data, GraphEncoder encoder)
{
    private readonly GraphDataset? whole = data.Graph is { } graph ? Plain(graph) : null;

    /// <summary>One view.</summary>
    /// <param name="batch">What it is a view of.</param>
    /// <param name="changes">What is done to it, in order.</param>
    /// <param name="rng">Draws.</param>
    /// <param name="parts">What keeps it.</param>
    public GraphView Of(GraphBatch batch, IEnumerable<Augmentation> changes, Rng rng, StepParts parts)
    {
        var graphs = whole ?? batch.Data.Subset(batch.Ids);
        var draft = changes.Aggregate(GraphDraft.Of(graphs, data.Features), (draft, change) => change.Apply(draft, rng));
        return new(whole is null ? parts.Batch(data.Device, Dataset(graphs, draft)) : OnDevice(batch.NodeFeatures!, draft, parts), draft.Node);
    }

    private GraphBatch OnDevice(Tensor x, GraphDraft draft, StepParts parts)
    {
        var device = data.Device;
        var graph = parts.Add(Graph.From(device, draft.Nodes, draft.Source, draft.Target));
        var shown = parts.Add(new Tensor(device, new Shape(draft.Nodes, x.Shape[1])));
        using (var rows = Indices.From(device, draft.Node)) device.Run(new GatherRows(x, rows, shown));
        if (draft.HiddenFeatures is { } columns)
        {
            using var mask = Tensor.From(device, new Shape(columns.Length), Array.ConvertAll(columns, hidden => hidden ? 0f : 1f));
            device.Run(new Zip<Multiply>(shown, mask, shown));
        }
        using var hidden = Indices.From(device, Places(draft.Hidden));
        using var zeros = Tensor.From(device, new Shape(x.Shape[1]), new float[x.Shape[1]]);
        if (hidden.Count > 0) device.Run(new WriteRows(hidden, zeros, shown));
        return parts.Add(GraphBatch.Of(graph, shown));
    }

    private GraphDataset Dataset(GraphDataset of, GraphDraft draft)
    {
        int[] source = [.. draft.Source], target = [.. draft.Target], graph = draft.GraphOfEdge();
        for (var k = 0; k < source.Length; k++) (source[k], target[k]) = (source[k] - draft.NodeStart[graph[k]], target[k] - draft.NodeStart[graph[k]]);
        return of with
        {
            NodeStart = draft.NodeStart,
            EdgeStart = draft.EdgeStart,
            Source = source,
            Target = target,
            NodeCodes = Masked(of.NodeCodes?.TakeRows(draft.Node), draft),
            NodeFeatures = Masked(of.NodeFeatures?.TakeRows(draft.Node), draft),
            EdgeCodes = of.EdgeCodes?.TakeRows(draft.Edge),
            EdgeFeatures = of.EdgeFeatures?.TakeRows(draft.Edge),
            Task = TaskKind.Regression,
            Tasks = [],
            Labels = [],
            Ids = null,
        };
    }

    // The first code becomes the mask, which the table of atoms has a row for; further ones 0.
    private CodeTable? Masked(CodeTable? codes, GraphDraft draft)
    {
        if (codes is null) return null;
        var mask = encoder is MolecularEncoder molecular ? molecular.Options.Atoms - 1 : 0;
        foreach (var i in Places(draft.Hidden))
        {
            var row = codes.Values.AsSpan(i * codes.Columns, codes.Columns);
            row.Clear();
            row[0] = mask;
        }
        return codes;
    }

    private static FeatureMatrix? Masked(FeatureMatrix? features, GraphDraft draft)
    {
        if (features?.Dense is not { } x) return features;
        foreach (var i in Places(draft.Hidden)) x.AsSpan(i * features.Columns, features.Columns).Clear();
        if (draft.HiddenFeatures is not { } columns) return features;
        for (var at = 0; at < x.Length; at++)
            if (columns[at % columns.Length]) x[at] = 0f;
        return features;
    }

    private static int[] Places(bool[] chosen) => [.. Enumerable.Range(0, chosen.Length).Where(i => chosen[i])];

    private static GraphDataset Plain(Graph graph)
    {
        var edges = graph.ToEdgeList();
        return new()
        {
            Name = "the graph",
            NodeStart = [0, graph.Nodes],
            EdgeStart = [0, edges.Count],
            Source = edges.Source,
            Target = edges.Target,
            Task = TaskKind.Regression,
            Tasks = [],
            Labels = [],
            Classes = 0,
            Metric = "",
            Provenance = "",
        };
    }
}
