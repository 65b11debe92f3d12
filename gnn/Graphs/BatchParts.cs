using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn;

/// <summary>Some graphs of a data set copied end to end into buffers of the host's pool: what a <see cref="GraphBatch"/> is made of.</summary>
/// <remarks>Linear copying, graph by graph, straight into the buffers; nothing is sorted and no array is made for a graph. Not for several threads at once.</remarks>
internal sealed class BatchParts
{
    private readonly SortedGraphs all;
    private readonly int[] graphs;
    private readonly Device host;

    /// <summary>Copies graphs together.</summary>
    /// <param name="all">The data set.</param>
    /// <param name="graphs">Which graphs, in order.</param>
    /// <param name="host">The host device whose pool the buffers come from.</param>
    public BatchParts(SortedGraphs all, int[] graphs, Device host)
    {
        (this.all, this.graphs, this.host) = (all, graphs, host);
        NodeStart = Starts(all.Data.NodeStart);
        EdgeStart = Starts(all.Data.EdgeStart);
        (InStart, InColumn) = (new Indices(host, Nodes + 1), new Indices(host, Edges));
        (OutStart, OutColumn, OutEdge) = (new Indices(host, Nodes + 1), new Indices(host, Edges), new Indices(host, Edges));
        for (var i = 0; i < graphs.Length; i++) CopyEdges(i);
        (InStart.Span[^1], OutStart.Span[^1]) = (Edges, Edges);
        NodeFeatures = Rows(all.Data.NodeFeatures?.Dense, all.Data.NodeFeatures?.Columns ?? 0, all.Data.NodeStart, NodeStart);
        EdgeFeatures = Rows(all.EdgeFeatures, all.Data.EdgeFeatures?.Columns ?? 0, all.Data.EdgeStart, EdgeStart);
        NodeCodes = Rows(all.Data.NodeCodes?.Values, all.Data.NodeCodes?.Columns ?? 0, all.Data.NodeStart, NodeStart);
        EdgeCodes = Rows(all.EdgeCodes, all.Data.EdgeCodes?.Columns ?? 0, all.Data.EdgeStart, EdgeStart);
    }

    /// <summary>Where each graph's nodes start; one more for the end.</summary>
    public int[] NodeStart { get; }

    /// <summary>Where each graph's edges start; one more for the end.</summary>
    public int[] EdgeStart { get; }

    public int[] Graphs => graphs;

    public GraphDataset Data => all.Data;

    public int Nodes => NodeStart[^1];

    public int Edges => EdgeStart[^1];

    public Indices InStart { get; }

    public Indices InColumn { get; }

    public Indices OutStart { get; }

    public Indices OutColumn { get; }

    public Indices OutEdge { get; }

    public Tensor? NodeFeatures { get; }

    public Tensor? EdgeFeatures { get; }

    public Indices? NodeCodes { get; }

    public Indices? EdgeCodes { get; }

    /// <summary>y[g,t]: the labels, NaN where one is missing.</summary>
    public float[] Labels()
    {
        var tasks = Data.Tasks.Count;
        var labels = new float[graphs.Length * tasks];
        for (var i = 0; i < graphs.Length; i++) Data.Labels.AsSpan(graphs[i] * tasks, tasks).CopyTo(labels.AsSpan(i * tasks));
        return labels;
    }

    private int[] Starts(int[] start)
    {
        var starts = new int[graphs.Length + 1];
        for (var i = 0; i < graphs.Length; i++) starts[i + 1] = checked(starts[i] + start[graphs[i] + 1] - start[graphs[i]]);
        return starts;
    }

    private void CopyEdges(int i)
    {
        var g = graphs[i];
        int firstNode = Data.NodeStart[g], nodes = Data.NodeStart[g + 1] - firstNode, firstEdge = Data.EdgeStart[g], edges = Data.EdgeStart[g + 1] - firstEdge;
        int node = NodeStart[i] - firstNode, edge = EdgeStart[i] - firstEdge;
        Shift(all.In.RowStart.AsSpan(firstNode, nodes), edge, InStart.Span[NodeStart[i]..]);
        Shift(all.Out.RowStart.AsSpan(firstNode, nodes), edge, OutStart.Span[NodeStart[i]..]);
        Shift(all.In.Column.AsSpan(firstEdge, edges), node, InColumn.Span[EdgeStart[i]..]);
        Shift(all.Out.Column.AsSpan(firstEdge, edges), node, OutColumn.Span[EdgeStart[i]..]);
        Shift(all.Out.Edge.AsSpan(firstEdge, edges), edge, OutEdge.Span[EdgeStart[i]..]);
    }

    private static void Shift(ReadOnlySpan<int> from, int by, Span<int> to)
    {
        for (var k = 0; k < from.Length; k++) to[k] = from[k] + by;
    }

    private Tensor? Rows(float[]? values, int width, int[] from, int[] to)
    {
        if (values is null) return null;
        var rows = new Tensor(host, new Shape(to[^1], width));
        Copy(values, width, from, to, rows.Span);
        return rows;
    }

    private Indices? Rows(int[]? values, int width, int[] from, int[] to)
    {
        if (values is null) return null;
        var rows = new Indices(host, to[^1] * width);
        Copy(values, width, from, to, rows.Span);
        return rows;
    }

    private void Copy<T>(T[] values, int width, int[] from, int[] to, Span<T> rows)
    {
        for (var i = 0; i < graphs.Length; i++)
            values.AsSpan(from[graphs[i]] * width, (to[i + 1] - to[i]) * width).CopyTo(rows[(to[i] * width)..]);
    }
}
