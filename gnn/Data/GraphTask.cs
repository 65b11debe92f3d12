using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>A task on whole graphs: a data set sorted once, one of its splits, and how many graphs a step sees.</summary>
public sealed class GraphTask
{
    private readonly Split split;

    /// <summary>Prepares a data set for batches on a device. The graphs stay on the host; batches go to the device.</summary>
    /// <param name="device">Where models are.</param>
    /// <param name="data">The graphs, labels and splits.</param>
    /// <param name="split">Which of its splits.</param>
    /// <exception cref="InvalidDataException">There are no labels, or no such split.</exception>
    public GraphTask(Device device, GraphDataset data, int split = 0) : this(device, new SortedGraphs(data, device), split)
    {
    }

    private GraphTask(Device device, SortedGraphs sorted, int split)
    {
        var data = sorted.Data;
        if (data.Tasks.Count == 0) throw new InvalidDataException($"{data.Name}: the graphs have no labels; there is nothing to train for");
        if ((uint)split >= (uint)data.Splits.Count) throw new InvalidDataException($"{data.Name}: there is no split {split}; there are {data.Splits.Count}, counted from 0");
        (Device, Sorted, this.split) = (device, sorted, data.Splits[split]);
    }

    private GraphTask(GraphTask task, Split split) =>
        (Device, Sorted, this.split, BatchSize, ScoringBatchSize) = (task.Device, task.Sorted, split, task.BatchSize, task.ScoringBatchSize);

    /// <summary>Where batches go.</summary>
    public Device Device { get; }

    /// <summary>The graphs.</summary>
    public GraphDataset Data => Sorted.Data;

    /// <summary>Graphs of a training step.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Graphs of a batch where nothing is learned.</summary>
    public int ScoringBatchSize { get; init; } = 256;

    /// <summary>The graphs whose labels the loss sees.</summary>
    public ReadOnlySpan<int> Train => split.Train;

    /// <summary>The graphs that choose the epoch; there may be none.</summary>
    public ReadOnlySpan<int> Validation => split.Validation;

    /// <summary>Numbers that a model must give for each graph: one for each task, or one for each class.</summary>
    public int Outputs => Data.Task == TaskKind.MultiClass ? Data.Classes : Data.Tasks.Count;

    /// <summary>The same graphs with another split and the same batch sizes.</summary>
    /// <param name="index">Which split; counted round where there are fewer.</param>
    public GraphTask WithSplit(int index) => WithSplit(Data.Splits[index % Data.Splits.Count]);

    /// <summary>The same graphs with a split of one's own, such as one with fewer labels, and the same batch sizes.</summary>
    /// <param name="split">Rows of these graphs.</param>
    public GraphTask WithSplit(Split split) => new(this, split);

    internal TestRows Test => split.Test;

    internal FineTune.ClassCounts Counts => FineTune.ClassCounts.Of(Data, split.Train);

    internal SortedGraphs Sorted { get; }

    /// <summary>Stops unless a model gives as many numbers as the task asks for.</summary>
    internal void Fits(IGraphModel model)
    {
        if (model.Outputs != Outputs) throw new InvalidDataException($"{Data.Name}: {Outputs} outputs are needed for {Data.Tasks.Count} tasks of kind {Data.Task}, but the model gives {model.Outputs}; give the encoder a new head");
    }
}
