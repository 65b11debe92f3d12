using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Sampling;

/// <summary>Some communities of a large graph with the edges among them, on a device.</summary>
public sealed class ClusterBatch : IDisposable
{
    internal ClusterBatch(Device device, int[] nodes, HostCsr @in, Tensor features, int[] labels)
    {
        Nodes = nodes;
        Graph = new Graph(@in.To(device), @in.Transposed(device).To(device));
        Features = features.MovedTo(device);
        Labels = Indices.From(device, labels);
    }

    /// <summary>The nodes, ascending.</summary>
    public IReadOnlyList<int> Nodes { get; }

    /// <summary>The edges whose two ends are among the nodes.</summary>
    public Graph Graph { get; }

    /// <summary>x[n,f].</summary>
    public Tensor Features { get; }

    /// <summary>The class of each node that teaches; −1 for all others.</summary>
    public Indices Labels { get; }

    /// <summary>Returns all memory to the pool.</summary>
    public void Dispose()
    {
        Graph.Dispose();
        Features.Dispose();
        Labels.Dispose();
    }
}

/// <summary>An endless row of batches made of whole communities, so that most edges of a node come along; the next ones are made on another thread meanwhile.</summary>
/// <remarks>
/// Chiang et al. 2019, "Cluster-GCN", arXiv:1905.07953, section 3.2: each batch joins several parts drawn at random, with the edges between them.
/// Parts are runs of equal length in the order of <see cref="NodeOrder.ByCommunity"/>. Same seed, same batches.
/// </remarks>
public sealed class ClusterLoader : IDisposable
{
    private const uint FirstOrder = 1 << 22;
    private readonly Device device;
    private readonly NodeDataset data;
    private readonly LoaderOptions options;
    private readonly HostCsr graph;
    private readonly int[][] parts;
    private readonly bool[] teaches;
    private readonly int[] place;
    private readonly Passes passes;
    private readonly MadeAhead<ClusterBatch> batches;
    private long number;

    /// <summary>Batches of a graph.</summary>
    /// <param name="device">Where batches are used.</param>
    /// <param name="data">The graph, features and labels.</param>
    /// <param name="train">The nodes whose labels the loss sees.</param>
    /// <param name="parts">Parts that the graph is cut into.</param>
    /// <param name="options">Parts of a batch (its batch size), order and seed.</param>
    /// <exception cref="InvalidDataException">There are more parts than nodes, or more in a batch than there are.</exception>
    public ClusterLoader(Device device, NodeDataset data, ReadOnlySpan<int> train, int parts, LoaderOptions options)
    {
        (this.device, this.data, this.options) = (device, data, options);
        if (parts < 1 || parts > data.Nodes || options.BatchSize > parts)
            throw new InvalidDataException($"{data.Name}: {parts} parts of {data.Nodes} nodes, {options.BatchSize} in a batch: 1 to {data.Nodes} parts and 1 to that many in a batch are needed");
        passes = new Passes(data.Name, "parts", [.. Enumerable.Range(0, parts)], options, FirstOrder);
        graph = NeighbourSampler.PatternOf(device, data.Edges);
        var byCommunity = NodeOrder.ByCommunity(data.Edges).Order;
        this.parts = [.. Enumerable.Range(0, parts).Select(k => byCommunity[(int)((long)data.Nodes * k / parts)..(int)((long)data.Nodes * (k + 1) / parts)])];
        (teaches, place) = (new bool[data.Nodes], new int[data.Nodes]);
        foreach (var node in train) teaches[node] = true;
        Array.Fill(place, -1);
        if (train.IsEmpty) throw new InvalidDataException($"{data.Name}: no training nodes were given");
        batches = new MadeAhead<ClusterBatch>(_ => Make(NextNodes()), options.Ahead);
    }

    /// <summary>Batches of one pass over all parts; those without a training node are passed over.</summary>
    public int Batches => passes.Batches;

    /// <summary>The next batch. The one before is disposed of.</summary>
    public ClusterBatch Next() => batches.Next();

    // A batch in which nobody teaches has no loss, and is passed over.
    private int[] NextNodes()
    {
        for (var tried = 1; ; tried++)
        {
            int[] nodes = [.. passes.Batch(number++).SelectMany(part => parts[part])];
            Array.Sort(nodes);
            if (Array.Exists(nodes, node => teaches[node])) return nodes;
            if (!options.Shuffle && tried == Batches) throw new InvalidDataException($"{data.Name}: no batch of a pass has a training node; keep the last batch, or shuffle");
        }
    }

    private Func<ClusterBatch> Make(int[] nodes)
    {
        var pattern = Among(nodes);
        var features = FeatureRows.Of(data.Features, nodes, device.Host);
        var labels = Array.ConvertAll(nodes, node => teaches[node] ? data.Labels[node] : -1);
        return MadeAhead<ClusterBatch>.On(device, () => new ClusterBatch(device, nodes, pattern, features, labels));
    }

    // Nodes ascend, so that the columns of a row stay in order.
    private HostCsr Among(int[] nodes)
    {
        for (var i = 0; i < nodes.Length; i++) place[nodes[i]] = i;
        var start = new int[nodes.Length + 1];
        var column = new List<int>();
        for (var i = 0; i < nodes.Length; i++)
        {
            for (var p = graph.RowStart[nodes[i]]; p < graph.RowStart[nodes[i] + 1]; p++)
                if (place[graph.Column[p]] >= 0) column.Add(place[graph.Column[p]]);
            start[i + 1] = column.Count;
        }
        foreach (var node in nodes) place[node] = -1;
        return new(start, [.. column], nodes.Length);
    }

    /// <summary>Ends the other thread and returns all memory to the pool.</summary>
    public void Dispose() => batches.Dispose();
}
