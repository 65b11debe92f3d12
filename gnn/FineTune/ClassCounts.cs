using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.FineTune;

/// <summary>How many training rows have each label, task by task; what weights and priors are made of.</summary>
/// <param name="Kind">What the labels mean.</param>
/// <param name="Tasks">For each task the rows of each class: negatives and positives of a binary one. Missing labels are in none.</param>
internal sealed record ClassCounts(TaskKind Kind, int[][] Tasks)
{
    /// <summary>The rows of each class of nodes.</summary>
    public static ClassCounts Of(NodeDataset data, ReadOnlySpan<int> rows)
    {
        var count = new int[data.Classes];
        foreach (var row in rows)
            if (data.Labels[row] >= 0) count[data.Labels[row]]++;
        return new(TaskKind.MultiClass, [count]);
    }

    /// <summary>The graphs of each class of each task; none for numbers.</summary>
    public static ClassCounts Of(GraphDataset data, ReadOnlySpan<int> rows)
    {
        if (data.Task == TaskKind.Regression) return new(data.Task, []);
        int[][] count = [.. data.Tasks.Select(_ => new int[data.Classes])];
        foreach (var row in rows)
            for (var task = 0; task < count.Length; task++)
                if (data.Labels[row * count.Length + task] is var y && !float.IsNaN(y)) count[task][(int)y]++;
        return new(data.Task, count);
    }

    /// <summary>The factor of a row of each class; 1 for a class without rows, and in a task with rows of one class only.</summary>
    /// <param name="options">How classes are weighted.</param>
    /// <param name="count">Rows of each class.</param>
    /// <remarks>w_k = r_k·n / Σ n_j·r_j with r of <see cref="ClassWeighting"/>: the mean over rows is 1.</remarks>
    public static double[] Weights(LossOptions options, int[] count)
    {
        if (options.Weighting == ClassWeighting.None || count.Count(n => n > 0) < 2) return [.. count.Select(_ => 1.0)];
        if (options.Weighting == ClassWeighting.Positives)
            return count.Length == 2 ? [1, (double)count[0] / count[1]] : throw new InvalidDataException($"loss: there are no positives among {count.Length} classes; weigh them by inverse frequency");
        double[] raw = [.. count.Select(n => n == 0 ? 0 : options.Weighting == ClassWeighting.InverseFrequency ? 1.0 / n : (1 - options.Beta) / (1 - Math.Pow(options.Beta, n)))];
        var scale = count.Sum() / count.Zip(raw, (n, r) => n * r).Sum();
        return [.. raw.Select(r => r == 0 ? 1 : r * scale)];
    }
}
