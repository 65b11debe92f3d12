namespace GraphTune.Gnn.Metrics;

/// <summary>The predicted and the true class of each counted row.</summary>
internal readonly record struct ClassPredictions(int[] Predicted, int[] Labels, int Classes)
{
    /// <summary>Takes the largest logit of each counted row; of equal ones the first. One column of logits means two classes, split at 0.</summary>
    public static ClassPredictions Of(string metric, float[] logits, int[] labels, ReadOnlySpan<int> rows)
    {
        var columns = Columns(metric, logits, labels);
        var predicted = new List<int>(rows.Length);
        var truth = new List<int>(rows.Length);
        foreach (var row in rows)
        {
            if (labels[row] < 0) continue;
            predicted.Add(Argmax(metric, logits.AsSpan(row * columns, columns), row));
            truth.Add(labels[row]);
        }
        return new([.. predicted], [.. truth], Math.Max(columns, 2));
    }

    /// <summary>How many logits each label has.</summary>
    public static int Columns(string metric, float[] logits, int[] labels) =>
        labels.Length == 0 ? 1
        : logits.Length > 0 && logits.Length % labels.Length == 0 ? logits.Length / labels.Length
        : throw new ArgumentException($"{metric}: {logits.Length} logits do not fit {labels.Length} labels; each row needs the same number of them.");

    private static int Argmax(string metric, ReadOnlySpan<float> row, int index)
    {
        var best = 0;
        for (var c = 0; c < row.Length; c++)
        {
            if (float.IsNaN(row[c])) throw new ArgumentException($"{metric}: the logit of row {index}, column {c} is NaN; training has diverged or the input holds NaN.");
            if (row[c] > row[best]) best = c;
        }
        return row.Length > 1 ? best : row[0] > 0 ? 1 : 0;
    }
}
