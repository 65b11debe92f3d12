using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Pretrain;

/// <summary>What a pretext task is set on: one graph, which every step sees whole, or many graphs, of which every step sees the next batch.</summary>
public sealed class PretextData : IDisposable
{
    private readonly GraphBatch? whole;
    private readonly GraphLoader? loader;

    private PretextData(Device device, string name, GraphBatch? whole, GraphLoader? loader, GraphDataset? graphs)
    {
        (Device, Name, this.whole, this.loader, Graphs) = (device, name, whole, loader, graphs);
        Features = whole is not null ? whole.NodeFeatures!.Shape[1] : graphs!.NodeFeatures?.Columns ?? 0;
    }

    /// <summary>One graph: an epoch is one step.</summary>
    /// <param name="graph">The edges; they stay the caller's.</param>
    /// <param name="features">Node features x[n,f]; they stay the caller's.</param>
    public static PretextData Of(Graph graph, Tensor features) => new(graph.Device, "the graph", GraphBatch.Of(graph, features), null, null);

    /// <summary>Many graphs: an epoch is one pass over them in a new order.</summary>
    /// <param name="device">Where the encoder is.</param>
    /// <param name="data">The graphs; their labels need not be there.</param>
    /// <param name="batchSize">Graphs of a step. Contrastive tasks want many, as the rest of a batch is what a graph is told from.</param>
    /// <param name="seed">Names the orders.</param>
    /// <param name="graphs">Which of them, such as the training graphs; null for all.</param>
    /// <exception cref="InvalidDataException">There are no graphs, or the batch size is below 1.</exception>
    public static PretextData Of(Device device, GraphDataset data, int batchSize = 256, ulong seed = 0, int[]? graphs = null) =>
        new(device, data.Name, null, new GraphLoader(device, data, graphs ?? [.. Enumerable.Range(0, data.Graphs)], new LoaderOptions { BatchSize = batchSize, Seed = seed }), data);

    /// <summary>Where batches are.</summary>
    public Device Device { get; }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>The one graph; null where there are many.</summary>
    public Graph? Graph => whole?.Graph;

    /// <summary>The many graphs; null where there is one.</summary>
    public GraphDataset? Graphs { get; }

    /// <summary>Features of a node; 0 where nodes have none, but codes.</summary>
    public int Features { get; }

    /// <summary>Steps of an epoch.</summary>
    public int StepsPerEpoch => loader?.Batches ?? 1;

    /// <summary>The features of the one graph as entries, where few of them are not 0; else null. The caller's from then on.</summary>
    internal SparseTensor? SparseFeatures()
    {
        if (whole?.NodeFeatures is not { } x) return null;
        var features = new FeatureMatrix(x.Shape[0], x.Shape[1], x.ToArray());
        if (features.Compact().Sparse is not { } rows) return null;
        return SparseTensor.From(Device, new HostCsr(rows.RowStart, rows.Column, features.Columns), rows.Value);
    }

    /// <summary>What the next step sees. The batch before is disposed of.</summary>
    public GraphBatch Next() => whole ?? loader!.Next();

    /// <summary>Returns the memory of batches.</summary>
    public void Dispose()
    {
        whole?.Dispose();
        loader?.Dispose();
    }
}
