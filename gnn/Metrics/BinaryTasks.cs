namespace GraphTune.Gnn.Metrics;

/// <summary>Turns a metric of one binary task into one over rows and tasks.</summary>
internal static class BinaryTasks
{
    public delegate double Metric(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels);

    /// <summary>The mean over tasks, of those where the metric is defined.</summary>
    public static double Mean(string name, Metric metric, int tasks, float[] logits, int[] labels, ReadOnlySpan<int> rows)
    {
        var columns = ClassPredictions.Columns(name, logits, labels);
        if (tasks > 1 ? columns != 1 : columns > 2)
            throw new ArgumentException($"{name}: {logits.Length} logits for {labels.Length} labels of {tasks} tasks; one logit a label is needed (two for a task of two classes).");
        if (labels.Length % tasks != 0) throw new ArgumentException($"{name}: {labels.Length} labels do not fit {tasks} tasks.");
        var (sum, defined) = (0.0, 0);
        for (var task = 0; task < tasks; task++)
        {
            var value = OfTask(metric, task, tasks, columns, logits, labels, rows);
            if (double.IsNaN(value)) continue;
            sum += value;
            defined++;
        }
        return sum / defined;
    }

    private static double OfTask(Metric metric, int task, int tasks, int columns, float[] logits, int[] labels, ReadOnlySpan<int> rows)
    {
        var score = new float[rows.Length];
        var label = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var at = rows[i] * tasks + task;
            score[i] = columns == 2 ? logits[2 * at + 1] - logits[2 * at] : logits[at];
            label[i] = labels[at];
        }
        return metric(score, label);
    }
}
