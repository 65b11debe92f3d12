namespace GraphTune.Gnn.Data;

/// <summary>Many small graphs with labels, on the host, end to end in flat arrays.</summary>
/// <remarks>
/// Graph g has the nodes <c>NodeStart[g]</c> to <c>NodeStart[g + 1] - 1</c> and the edges <c>EdgeStart[g]</c> to <c>EdgeStart[g + 1] - 1</c>;
/// the ends of an edge count nodes from 0 within its graph. Edges carry messages j → i, in the order given; an undirected edge is stored both ways.
/// </remarks>
public sealed record GraphDataset
{
    /// <summary>Short name, such as <c>MUTAG</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where each graph's nodes start; one longer than there are graphs.</summary>
    public required int[] NodeStart { get; init; }

    /// <summary>Where each graph's edges start; one longer than there are graphs.</summary>
    public required int[] EdgeStart { get; init; }

    /// <summary>Where each edge starts, counted within its graph.</summary>
    public required int[] Source { get; init; }

    /// <summary>Where each edge ends, counted within its graph.</summary>
    public required int[] Target { get; init; }

    /// <summary>Codes of the nodes, code[n,k]; null where there are none.</summary>
    public CodeTable? NodeCodes { get; init; }

    /// <summary>Features of the nodes, x[n,f], dense; null where there are none.</summary>
    public FeatureMatrix? NodeFeatures { get; init; }

    /// <summary>Codes of the edges, code[e,k]; null where there are none.</summary>
    public CodeTable? EdgeCodes { get; init; }

    /// <summary>Features of the edges, a[e,f], dense; null where there are none.</summary>
    public FeatureMatrix? EdgeFeatures { get; init; }

    /// <summary>What the labels mean.</summary>
    public required TaskKind Task { get; init; }

    /// <summary>The name of each label column; none for graphs without labels. <see cref="TaskKind.MultiClass"/> has exactly one.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Row-major y[g,t], one row a graph: 0 or 1, a class number, or any finite number, as <see cref="Task"/> says; NaN where it is missing.</summary>
    public required float[] Labels { get; init; }

    /// <summary>Number of classes for <see cref="TaskKind.MultiClass"/>, 2 for <see cref="TaskKind.Binary"/>, 0 for numbers.</summary>
    public required int Classes { get; init; }

    /// <summary>The splits, by graph: one, or one a fold. The folds of a cross-validation have no validation rows; take them from the training rows.</summary>
    public IReadOnlyList<Split> Splits { get; init; } = [];

    /// <summary>What each graph is called in its source, such as its SMILES; null where it has no name.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>What published results report: <c>accuracy</c>, <c>auroc</c> (mean over tasks) or <c>rmse</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>Where the data came from and how it was prepared, in a line or two.</summary>
    public required string Provenance { get; init; }

    /// <summary>Number of graphs.</summary>
    public int Graphs => NodeStart.Length - 1;

    /// <summary>Nodes of all graphs.</summary>
    public int Nodes => NodeStart[^1];

    /// <summary>Edges of all graphs, each direction counted.</summary>
    public int Edges => EdgeStart[^1];

    /// <summary>Stops, with one line, where the parts do not fit each other.</summary>
    /// <param name="place">The file, for messages; <see cref="Name"/> where null.</param>
    /// <returns>This data set.</returns>
    /// <exception cref="InvalidDataException">
    /// No graphs; starts that fall; an edge end outside its graph; codes or features of another length, negative or not finite;
    /// a label that is no 0 or 1, no class, or infinite; a split that is out of range, overlaps, or lacks training or test rows.
    /// </exception>
    /// <remarks>O(n + e + stored numbers) work. Every reader of this room calls it before it hands data over.</remarks>
    public GraphDataset Checked(string? place = null)
    {
        new GraphDatasetCheck(this, place ?? Name).Run();
        return this;
    }

    /// <summary>These graphs, in this order, without splits.</summary>
    /// <param name="graphs">Graph ids in range; one may be taken twice.</param>
    /// <returns>A new data set that shares no array with this one.</returns>
    /// <exception cref="InvalidDataException">The result has more nodes or edges than an array holds.</exception>
    public GraphDataset Subset(ReadOnlySpan<int> graphs)
    {
        var (nodeStart, nodes) = Taken(NodeStart, graphs);
        var (edgeStart, edges) = Taken(EdgeStart, graphs);
        var labels = new float[graphs.Length * Tasks.Count];
        var ids = new string[graphs.Length];
        for (var i = 0; i < graphs.Length; i++)
        {
            Labels.AsSpan(graphs[i] * Tasks.Count, Tasks.Count).CopyTo(labels.AsSpan(i * Tasks.Count));
            ids[i] = Ids?[graphs[i]] ?? "";
        }
        return this with
        {
            NodeStart = nodeStart,
            EdgeStart = edgeStart,
            Source = Array.ConvertAll(edges, k => Source[k]),
            Target = Array.ConvertAll(edges, k => Target[k]),
            NodeCodes = NodeCodes?.TakeRows(nodes),
            NodeFeatures = NodeFeatures?.TakeRows(nodes),
            EdgeCodes = EdgeCodes?.TakeRows(edges),
            EdgeFeatures = EdgeFeatures?.TakeRows(edges),
            Labels = labels,
            Ids = Ids is null ? null : ids,
            Splits = [],
        };
    }

    /// <summary>The same graphs where every node's code is the number of edges into it, as the published recipes have it for graphs without attributes.</summary>
    /// <returns>A new data set with one node code; all else is shared.</returns>
    /// <remarks>Xu et al. 2019 (arXiv:1810.00826, section 7) encode the degree as one-hot features: see <see cref="CodeTable.OneHot"/>.</remarks>
    public GraphDataset WithDegreeCodes()
    {
        var degree = new int[Nodes];
        for (var g = 0; g < Graphs; g++)
            for (var k = EdgeStart[g]; k < EdgeStart[g + 1]; k++) degree[NodeStart[g] + Target[k]]++;
        return this with { NodeCodes = new(Nodes, 1, degree) };
    }

    private static (int[] Start, int[] Rows) Taken(int[] start, ReadOnlySpan<int> graphs)
    {
        var starts = new int[graphs.Length + 1];
        for (var i = 0; i < graphs.Length; i++)
        {
            var end = (long)starts[i] + start[graphs[i] + 1] - start[graphs[i]];
            starts[i + 1] = end <= Array.MaxLength ? (int)end : throw new InvalidDataException($"{graphs.Length} graphs taken together are more than an array holds; take fewer.");
        }
        var rows = new int[starts[^1]];
        for (var i = 0; i < graphs.Length; i++)
            for (var k = starts[i]; k < starts[i + 1]; k++) rows[k] = start[graphs[i]] + k - starts[i];
        return (starts, rows);
    }
}
