namespace GraphTune.Gnn.Data;

/// <summary>What the labels of one task look like.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Known">Graphs with a label.</param>
/// <param name="Missing">Graphs without.</param>
/// <param name="ClassCounts">Graphs of each class; null where the labels are numbers.</param>
/// <param name="Mean">Mean of the labels known, NaN where there are none.</param>
/// <param name="Deviation">Their standard deviation (divisor n − 1), NaN with fewer than two.</param>
public sealed record LabelSummary(string Task, int Known, int Missing, IReadOnlyList<int>? ClassCounts, double Mean, double Deviation)
{
    /// <summary>The summary of each task of a data set, in the order of its tasks.</summary>
    /// <param name="data">The data set.</param>
    public static IReadOnlyList<LabelSummary> Of(GraphDataset data) => [.. Enumerable.Range(0, data.Tasks.Count).Select(task => OfTask(data, task))];

    private static LabelSummary OfTask(GraphDataset data, int task)
    {
        float[] known = [.. Enumerable.Range(0, data.Graphs).Select(graph => data.Labels[graph * data.Tasks.Count + task]).Where(y => !float.IsNaN(y))];
        var mean = known.Length == 0 ? double.NaN : known.Average(y => (double)y);
        var spread = known.Length < 2 ? double.NaN : Math.Sqrt(known.Sum(y => (y - mean) * (y - mean)) / (known.Length - 1));
        int[]? classes = data.Classes == 0 ? null : [.. Enumerable.Range(0, data.Classes).Select(c => known.Count(y => y == c))];
        return new(data.Tasks[task], known.Length, data.Graphs - known.Length, classes, mean, spread);
    }
}
