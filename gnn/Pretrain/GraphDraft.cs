using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Pretrain;

/// <summary>Graphs on the host while a view of them is being made: some of their nodes and edges, and what of their attributes is hidden.</summary>
/// <remarks>Nodes and edges lie graph by graph, in the order of the graphs they come from. Every graph keeps at least one node.</remarks>
public sealed record GraphDraft
{
    /// <summary>Where each graph's nodes start; one more for the end.</summary>
    public required int[] NodeStart { get; init; }

    /// <summary>Where each graph's edges start; one more for the end.</summary>
    public required int[] EdgeStart { get; init; }

    /// <summary>Which node of the batch each node is.</summary>
    public required int[] Node { get; init; }

    /// <summary>Which edge of the batch each edge has its attributes from.</summary>
    public required int[] Edge { get; init; }

    /// <summary>Where each edge starts, nodes counted over all graphs of the draft.</summary>
    public required int[] Source { get; init; }

    /// <summary>Where each edge ends.</summary>
    public required int[] Target { get; init; }

    /// <summary>Whether each node's attributes are hidden.</summary>
    public required bool[] Hidden { get; init; }

    /// <summary>Features that are hidden for all nodes; null for none.</summary>
    public bool[]? HiddenFeatures { get; init; }

    /// <summary>Features of a node; 0 where nodes have none.</summary>
    public required int Features { get; init; }

    /// <summary>Number of graphs.</summary>
    public int Graphs => NodeStart.Length - 1;

    /// <summary>Number of nodes.</summary>
    public int Nodes => Node.Length;

    /// <summary>Number of directed edges.</summary>
    public int Edges => Edge.Length;

    /// <summary>The graphs as they are.</summary>
    /// <param name="data">The graphs.</param>
    /// <param name="features">Features of a node.</param>
    public static GraphDraft Of(GraphDataset data, int features)
    {
        int[] source = new int[data.Edges], target = new int[data.Edges];
        for (var g = 0; g < data.Graphs; g++)
            for (var k = data.EdgeStart[g]; k < data.EdgeStart[g + 1]; k++) (source[k], target[k]) = (data.Source[k] + data.NodeStart[g], data.Target[k] + data.NodeStart[g]);
        return new()
        {
            NodeStart = data.NodeStart,
            EdgeStart = data.EdgeStart,
            Node = [.. Enumerable.Range(0, data.Nodes)],
            Edge = [.. Enumerable.Range(0, data.Edges)],
            Source = source,
            Target = target,
            Hidden = new bool[data.Nodes],
            Features = features,
        };
    }

    /// <summary>Some of the nodes, and the edges between them.</summary>
    /// <param name="keep">Whether each node stays; one of each graph must.</param>
    public GraphDraft WithNodes(bool[] keep)
    {
        var place = new int[Nodes];
        var (start, kept) = Kept(NodeStart, i => keep[i]);
        for (var i = 0; i < kept.Length; i++) place[kept[i]] = i;
        var between = WithEdges(k => keep[Source[k]] && keep[Target[k]]);
        return between with
        {
            NodeStart = start,
            Node = Array.ConvertAll(kept, i => Node[i]),
            Hidden = Array.ConvertAll(kept, i => Hidden[i]),
            Source = Array.ConvertAll(between.Source, i => place[i]),
            Target = Array.ConvertAll(between.Target, i => place[i]),
        };
    }

    /// <summary>All nodes, and some of the edges.</summary>
    /// <param name="keep">Whether an edge stays.</param>
    public GraphDraft WithEdges(Func<int, bool> keep)
    {
        var (start, kept) = Kept(EdgeStart, keep);
        return this with
        {
            EdgeStart = start,
            Edge = Array.ConvertAll(kept, k => Edge[k]),
            Source = Array.ConvertAll(kept, k => Source[k]),
            Target = Array.ConvertAll(kept, k => Target[k]),
        };
    }

    /// <summary>The graph of each edge.</summary>
    public int[] GraphOfEdge()
    {
        var graph = new int[Edges];
        for (var g = 0; g < Graphs; g++) graph.AsSpan(EdgeStart[g]..EdgeStart[g + 1]).Fill(g);
        return graph;
    }

    private static (int[] Start, int[] Rows) Kept(int[] start, Func<int, bool> keep)
    {
        var starts = new int[start.Length];
        List<int> rows = [];
        for (var g = 0; g + 1 < start.Length; g++)
        {
            for (var i = start[g]; i < start[g + 1]; i++)
                if (keep(i)) rows.Add(i);
            starts[g + 1] = rows.Count;
        }
        return (starts, [.. rows]);
    }
}
