using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn;

/// <summary>Several graphs of a data set as one graph without edges between them, with their attributes and labels, on a device.</summary>
/// <remarks>
/// Nodes and edges of the graphs lie end to end, in the order of <see cref="Ids"/>; edges, and what belongs to them, are in canonical order
/// (by target, then source). Building copies; nothing is sorted. Memory: 28 bytes an edge and 36 a node, besides attributes.
/// </remarks>
public sealed class GraphBatch : IDisposable
{
    private readonly List<IDisposable> owned = [];
    private readonly Dictionary<string, object> derived = [];
    private readonly GraphDataset? data;
    private readonly int[] ids;

    internal GraphBatch(Device device, BatchParts parts)
    {
        (Device, data, ids) = (device, parts.Data, parts.Graphs);
        Graph = Own(new Graph(
            new Csr(parts.InStart, parts.InColumn, parts.Nodes).MovedTo(device),
            new Csr(parts.OutStart, parts.OutColumn, parts.Nodes, parts.OutEdge).MovedTo(device)));
        GraphOfNode = Own(RowIndex.FromRuns(device, parts.NodeStart));
        NodeFeatures = Kept(parts.NodeFeatures);
        EdgeFeatures = Kept(parts.EdgeFeatures);
        NodeCodes = Kept(parts.NodeCodes);
        EdgeCodes = Kept(parts.EdgeCodes);
        var labels = parts.Labels();
        Labels = Own(Tensor.From(device, new Shape(ids.Length, Data.Tasks.Count), labels));
        if (Data.Task == TaskKind.MultiClass && Data.Tasks.Count == 1) Classes = Own(Indices.From(device, Array.ConvertAll(labels, y => float.IsNaN(y) ? -1 : (int)y)));
    }

    private GraphBatch(Graph graph, Tensor? features)
    {
        (Device, ids, Graph, NodeFeatures) = (graph.Device, [0], graph, features);
        GraphOfNode = Own(RowIndex.FromRuns(Device, [0, graph.Nodes]));
        Labels = Own(new Tensor(Device, new Shape(1, 0)));
    }

    /// <summary>One graph as a batch of one, without labels. The graph and its features stay the caller's.</summary>
    /// <param name="graph">The edges.</param>
    /// <param name="features">x[n,f], or null.</param>
    public static GraphBatch Of(Graph graph, Tensor? features) => new(graph, features);

    /// <summary>Some graphs of a data set as one batch. For many batches use a <see cref="GraphLoader"/>, which prepares the data set once.</summary>
    /// <param name="device">Where it will be used.</param>
    /// <param name="data">The graphs.</param>
    /// <param name="graphs">Which graphs, in order; one may be taken twice.</param>
    public static GraphBatch From(Device device, GraphDataset data, params ReadOnlySpan<int> graphs) =>
        new(device, new BatchParts(new SortedGraphs(data, device), graphs.ToArray(), device.Host));

    /// <summary>Where the batch is.</summary>
    public Device Device { get; }

    /// <summary>The number of graphs.</summary>
    public int Graphs => ids.Length;

    /// <summary>Which graphs of the data set these are.</summary>
    public ReadOnlySpan<int> Ids => ids;

    /// <summary>The edges of all graphs.</summary>
    public Graph Graph { get; }

    /// <summary>The graph of each node: what a read-out pools by.</summary>
    public RowIndex GraphOfNode { get; }

    /// <summary>x[n,f], or null.</summary>
    public Tensor? NodeFeatures { get; }

    /// <summary>a[e,f] in canonical order, or null.</summary>
    public Tensor? EdgeFeatures { get; }

    /// <summary>code[n,k] row-major, or null.</summary>
    public Indices? NodeCodes { get; }

    /// <summary>code[e,k] row-major in canonical order, or null.</summary>
    public Indices? EdgeCodes { get; }

    /// <summary>Codes of a node.</summary>
    public int NodeCodeColumns => data?.NodeCodes?.Columns ?? 0;

    /// <summary>Codes of an edge.</summary>
    public int EdgeCodeColumns => data?.EdgeCodes?.Columns ?? 0;

    /// <summary>y[g,t], one row a graph: NaN where a label is missing.</summary>
    public Tensor Labels { get; }

    /// <summary>The class of each graph, −1 where it is missing; null unless the task is to tell several classes apart.</summary>
    public Indices? Classes { get; }

    /// <summary>What a model makes of the batch alone, such as another form of its edges: made when first asked for, disposed of with the batch.</summary>
    /// <param name="name">Names the part.</param>
    /// <param name="make">Makes it.</param>
    public T Once<T>(string name, Func<GraphBatch, T> make) where T : IDisposable
    {
        if (!derived.TryGetValue(name, out var part)) derived[name] = part = New(make);
        return (T)part;
    }

    private T New<T>(Func<GraphBatch, T> make) where T : IDisposable => Own(BufferPool.Lasting(() => make(this)));

    internal GraphDataset Data => data ?? throw new InvalidDataException("the one graph of this batch has features alone; codes of atoms and bonds come with a data set of graphs");

    /// <summary>Returns all memory to the pool.</summary>
    public void Dispose()
    {
        for (var i = owned.Count - 1; i >= 0; i--) owned[i].Dispose();
        owned.Clear();
        derived.Clear();
    }

    /// <summary>Graphs, nodes and edges.</summary>
    public override string ToString() => $"GraphBatch[{Graphs} graphs, {Graph.Nodes} nodes, {Graph.Edges} edges]";

    private Indices? Kept(Indices? part) => part is null ? null : Own(part.MovedTo(Device));

    private Tensor? Kept(Tensor? part) => part is null ? null : Own(part.MovedTo(Device));

    private T Own<T>(T part) where T : IDisposable
    {
        owned.Add(part);
        return part;
    }
}
