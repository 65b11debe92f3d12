using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>A node-classification task on a device: the graph, its features and labels, and one split.</summary>
/// <remarks>A graph of a million edges and more keeps the sums of up to 256 features of a node (<see cref="Graph.KeepSumsOf"/>), which must not be changed then.</remarks>
public sealed class NodeTask : IDisposable
{
    private const int ManyEdges = 1 << 20, FewFeatures = 256;   // sizes alone decide, not memory, since rounding depends on it

    private readonly NodeDataset data;
    private readonly bool owner;
    private readonly Split split;

    /// <summary>Copies a data set to a device.</summary>
    /// <param name="device">Where to.</param>
    /// <param name="data">The graph, features, labels and splits.</param>
    /// <param name="split">Which of its splits.</param>
    public NodeTask(Device device, NodeDataset data, int split = 0)
        : this(data, data.Splits[split], Graph.From(device, data.Edges), Tensor.From(device, new Shape(data.Nodes, data.Features.Columns), data.Features.ToDense()), Indices.From(device, data.Labels), owner: true)
    {
    }

    private NodeTask(NodeDataset data, Split split, Graph graph, Tensor features, Indices labels, bool owner)
    {
        (this.data, this.split, this.owner) = (data, split, owner);
        (Graph, Features, Labels) = (graph, features, labels);
        Train = Indices.From(labels.Device, split.Train);
        if (owner && graph.Edges >= ManyEdges && data.Features.Columns <= FewFeatures) graph.KeepSumsOf(features);
    }

    /// <summary>The edges.</summary>
    public Graph Graph { get; }

    /// <summary>Node features x[n,f].</summary>
    public Tensor Features { get; }

    /// <summary>The class of each node; −1 where it is unknown.</summary>
    public Indices Labels { get; }

    /// <summary>The rows whose labels the loss sees.</summary>
    public Indices Train { get; }

    /// <summary>The rows that choose the epoch.</summary>
    public ReadOnlySpan<int> Validation => split.Validation;

    /// <summary>The data set's name.</summary>
    public string Name => data.Name;

    /// <summary>Number of nodes.</summary>
    public int Nodes => data.Nodes;

    /// <summary>Number of features.</summary>
    public int Inputs => data.Features.Columns;

    /// <summary>Number of classes.</summary>
    public int Classes => data.Classes;

    /// <summary>What published results report: <c>accuracy</c> or <c>auroc</c>.</summary>
    public string Metric => data.Metric;

    /// <summary>Number of splits of the data set.</summary>
    public int Splits => data.Splits.Count;

    internal NodeDataset Data => data;

    internal TestRows Test => split.Test;

    internal int[] HostLabels => data.Labels;

    /// <summary>The same graph with another split; it shares this task's memory and must not outlive it.</summary>
    /// <param name="index">Which split; counted round where there are fewer.</param>
    public NodeTask WithSplit(int index) => WithSplit(data.Splits[index % Splits]);

    /// <summary>The same graph with a split of one's own, such as one with fewer labels; it shares this task's memory and must not outlive it.</summary>
    /// <param name="split">Rows of this graph.</param>
    public NodeTask WithSplit(Split split) => new(data, split, Graph, Features, Labels, owner: false);

    internal FineTune.ClassCounts Counts => FineTune.ClassCounts.Of(data, split.Train);

    /// <summary>Stops unless a model has this task's inputs and classes.</summary>
    internal void Fits(NodeClassifier model)
    {
        var (encoder, head) = (model.Options.Encoder, model.Options.Head);
        if (encoder.Inputs != Inputs) throw new InvalidDataException($"{Name}: nodes have {Inputs} features, but the encoder was made for {encoder.Inputs}; pre-train one on this graph");
        if (head.Classes != Classes) throw new InvalidDataException($"{Name}: there are {Classes} classes, but the head was made for {head.Classes}; give the encoder a new head");
    }

    /// <summary>Returns the memory that is its own.</summary>
    public void Dispose()
    {
        Train.Dispose();
        if (!owner) return;
        Graph.Dispose();
        Features.Dispose();
        Labels.Dispose();
    }
}
