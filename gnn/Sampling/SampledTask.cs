using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Sampling;

/// <summary>A node-classification task on a graph that is trained in sampled batches; the graph stays on the host.</summary>
public sealed class SampledTask
{
    private readonly Split split;

    /// <summary>Prepares a data set.</summary>
    /// <param name="device">Where batches go.</param>
    /// <param name="data">The graph, features, labels and splits.</param>
    /// <param name="split">Which of its splits.</param>
    public SampledTask(Device device, NodeDataset data, int split = 0)
    {
        (Device, Data, this.split) = (device, data, data.Splits[split]);
        Pattern = NeighbourSampler.PatternOf(device, data.Edges);
    }

    /// <summary>Where batches go.</summary>
    public Device Device { get; }

    /// <summary>The graph, features and labels.</summary>
    public NodeDataset Data { get; }

    /// <summary>Edges drawn into each node, hop by hop, the one nearest the seeds first: one number for each hop of the model.</summary>
    public required IReadOnlyList<int> FanOut { get; init; }

    /// <summary>Whether an edge may be drawn several times.</summary>
    public bool Replace { get; init; }

    /// <summary>Seeds of a training step.</summary>
    public int BatchSize { get; init; } = 1024;

    /// <summary>Nodes of a slice where nothing is learned.</summary>
    public int Slice { get; init; } = 16_384;

    /// <summary>The nodes that choose the epoch.</summary>
    public ReadOnlySpan<int> Validation => split.Validation;

    /// <summary>The nodes whose labels the loss sees.</summary>
    public ReadOnlySpan<int> Train => split.Train;

    internal TestRows Test => split.Test;

    internal FineTune.ClassCounts Counts => FineTune.ClassCounts.Of(Data, split.Train);

    internal HostCsr Pattern { get; }

    /// <summary>Stops unless a model has this task's inputs, classes and hops.</summary>
    internal void Fits(NodeClassifier model)
    {
        var (encoder, head) = (model.Options.Encoder, model.Options.Head);
        if (encoder.Inputs != Data.Features.Columns) throw new InvalidDataException($"{Data.Name}: nodes have {Data.Features.Columns} features, but the encoder was made for {encoder.Inputs}; pre-train one on this graph");
        if (head.Classes != Data.Classes) throw new InvalidDataException($"{Data.Name}: there are {Data.Classes} classes, but the head was made for {head.Classes}; give the encoder a new head");
        if (model.Hops != FanOut.Count) throw new InvalidDataException($"{Data.Name}: an output of the model depends on {model.Hops} hops, but there are {FanOut.Count} fan-outs; give one for each hop");
    }
}
