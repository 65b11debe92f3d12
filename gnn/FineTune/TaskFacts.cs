using GraphTune.Gnn.Data;
using GraphTune.Gnn.Pretrain;

namespace GraphTune.Gnn.FineTune;

/// <summary>What a training step sees.</summary>
public enum StepKind
{
    /// <summary>The whole graph, and every label.</summary>
    FullGraph,

    /// <summary>Some nodes with drawn neighbours.</summary>
    SampledNodes,

    /// <summary>Some graphs.</summary>
    Graphs,
}

/// <summary>What a recipe is chosen from: all of it countable before training, none of it from test rows.</summary>
public sealed record TaskFacts
{
    /// <summary>What a training step sees.</summary>
    public required StepKind Step { get; init; }

    /// <summary>What the labels mean.</summary>
    public required TaskKind Kind { get; init; }

    /// <summary>What judges: <c>accuracy</c>, <c>auroc</c>, <c>macro-f1</c>, <c>rmse</c>, ….</summary>
    public required string Metric { get; init; }

    /// <summary>Training rows with a label; of several tasks, of the one with most.</summary>
    public required int Labels { get; init; }

    /// <summary>Validation rows.</summary>
    public required int Validation { get; init; }

    /// <summary>Tasks side by side.</summary>
    public int Tasks { get; init; } = 1;

    /// <summary>Classes; 2 for binary tasks, 0 for numbers.</summary>
    public required int Classes { get; init; }

    /// <summary>Training rows of the largest class over those of the smallest that has any; the largest such ratio over tasks; 1 for numbers.</summary>
    public required double Imbalance { get; init; }

    /// <summary>The share of the smallest class among the training rows, the smallest over tasks; 1 for numbers.</summary>
    public required double RarestShare { get; init; }

    /// <summary>Nodes of all graphs.</summary>
    public required long Nodes { get; init; }

    /// <summary>Edges of all graphs, each direction counted.</summary>
    public required long Edges { get; init; }

    /// <summary>Graphs; 1 where nodes have the labels.</summary>
    public int Graphs { get; init; } = 1;

    /// <summary>Whether node features are bags of words: many columns, few of them filled.</summary>
    public bool BagOfWords { get; init; }

    /// <summary>The encoder's convolution; null where it is not known or of no kind that has a loop of its own.</summary>
    public ConvolutionKind? Convolution { get; init; }

    /// <summary>Rows of a step, where it does not see all.</summary>
    public int BatchSize { get; init; }

    /// <summary>Whether training starts from a pre-trained encoder.</summary>
    public bool Pretrained { get; init; } = true;

    /// <summary>How far the features are from those of pre-training (<see cref="PretrainingStatistics.DistanceTo"/>); null where that is not known.</summary>
    public double? FeatureDistance { get; init; }

    /// <summary>How far the degrees are from those of pre-training; null where that is not known.</summary>
    public double? DegreeDistance { get; init; }

    /// <summary>The larger of the distances known; null where none is.</summary>
    public double? Distance => FeatureDistance is null ? DegreeDistance : DegreeDistance is null ? FeatureDistance : Math.Max(FeatureDistance.Value, DegreeDistance.Value);

    /// <summary>The facts of a task on one graph.</summary>
    /// <param name="data">The graph, labels and splits.</param>
    /// <param name="split">Which split.</param>
    /// <param name="batchSize">Nodes of a sampled step; 0 for steps that see the whole graph.</param>
    public static TaskFacts Of(NodeDataset data, int split = 0, int batchSize = 0) => new TaskFacts
    {
        Step = batchSize == 0 ? StepKind.FullGraph : StepKind.SampledNodes,
        Kind = TaskKind.MultiClass,
        Metric = data.Metric,
        Labels = 0,
        Validation = data.Splits[split].Validation.Length,
        Classes = data.Classes,
        Imbalance = 1,
        RarestShare = 1,
        Nodes = data.Nodes,
        Edges = data.Edges.Count,
        BagOfWords = data.Features.Sparse is not null,
        BatchSize = batchSize,
    }.Counted(ClassCounts.Of(data, data.Splits[split].Train), data.Splits[split].Train.Length);

    /// <summary>The facts of a task on whole graphs.</summary>
    /// <param name="data">The graphs, labels and splits.</param>
    /// <param name="split">Which split.</param>
    /// <param name="batchSize">Graphs of a step.</param>
    public static TaskFacts Of(GraphDataset data, int split = 0, int batchSize = 32) => new TaskFacts
    {
        Step = StepKind.Graphs,
        Kind = data.Task,
        Metric = data.Metric,
        Labels = 0,
        Validation = data.Splits[split].Validation.Length,
        Tasks = data.Tasks.Count,
        Classes = data.Classes,
        Imbalance = 1,
        RarestShare = 1,
        Nodes = data.Nodes,
        Edges = data.Edges,
        Graphs = data.Graphs,
        BatchSize = batchSize,
    }.Counted(ClassCounts.Of(data, data.Splits[split].Train), data.Splits[split].Train.Length);

    /// <summary>The same, with the distance from what the encoder was pre-trained on.</summary>
    /// <param name="pretraining">What its checkpoint says; null for a file that says nothing.</param>
    /// <param name="target">The statistics of this task's graphs.</param>
    public TaskFacts From(PretrainingStatistics? pretraining, PretrainingStatistics target) => pretraining?.DistanceTo(target) is { } distance
        ? this with { FeatureDistance = distance.Features, DegreeDistance = distance.Degrees }
        : this;

    private TaskFacts Counted(ClassCounts counts, int rows)
    {
        int[][] some = [.. counts.Tasks.Select(task => task.Where(n => n > 0).ToArray()).Where(task => task.Length > 0)];
        return this with
        {
            Labels = some.Length == 0 ? rows : some.Max(task => task.Sum()),
            Imbalance = some.Length == 0 ? 1 : some.Max(task => task.Max() / (double)task.Min()),
            RarestShare = some.Length == 0 ? 1 : some.Min(task => task.Min() / (double)task.Sum()),
        };
    }
}
