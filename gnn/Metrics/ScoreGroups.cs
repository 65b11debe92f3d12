namespace GraphTune.Gnn.Metrics;

/// <summary>Rows of one distinct score, counted by class.</summary>
internal readonly record struct ScoreGroup(int Positives, int Negatives);

/// <summary>Scores sorted and counted by distinct value, so that ties cannot depend on the order of rows.</summary>
internal static class ScoreGroups
{
    /// <summary>The groups by ascending score. Rows with a label below 0 are left out.</summary>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or a label is neither 0 nor 1.</exception>
    public static List<ScoreGroup> Of(string metric, ReadOnlySpan<float> scores, ReadOnlySpan<int> labels)
    {
        var (score, label) = Labelled(metric, scores, labels);
        Array.Sort(score, label);
        var groups = new List<ScoreGroup>();
        for (int start = 0, end = 0; start < score.Length; start = end)
        {
            var positives = 0;
            for (; end < score.Length && score[end] == score[start]; end++) positives += label[end];
            groups.Add(new(positives, end - start - positives));
        }
        return groups;
    }

    private static (float[] Scores, int[] Labels) Labelled(string metric, ReadOnlySpan<float> scores, ReadOnlySpan<int> labels)
    {
        if (scores.Length != labels.Length) throw new ArgumentException($"{metric}: {scores.Length} scores for {labels.Length} labels.");
        var score = new List<float>(labels.Length);
        var label = new List<int>(labels.Length);
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0) continue;
            if (labels[i] > 1) throw new ArgumentException($"{metric}: label {labels[i]} of row {i} is neither 0 nor 1 (below 0: missing).");
            if (float.IsNaN(scores[i])) throw new ArgumentException($"{metric}: the score of row {i} is NaN; training has diverged or the input holds NaN.");
            score.Add(scores[i]);
            label.Add(labels[i]);
        }
        return ([.. score], [.. label]);
    }
}
