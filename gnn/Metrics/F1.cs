namespace GraphTune.Gnn.Metrics;

/// <summary>How the F1 of several classes become one number.</summary>
public enum F1Average
{
    /// <summary>The F1 of class 1 alone.</summary>
    Binary,

    /// <summary>The plain mean over all classes, however rare.</summary>
    Macro,

    /// <summary>One F1 of the summed counts; with one label a row it equals accuracy.</summary>
    Micro,

    /// <summary>The mean weighted by how many rows each class has.</summary>
    Weighted,
}

/// <summary>F1 = 2·hits ÷ (rows of the class + rows predicted as it), averaged over classes.</summary>
/// <param name="average">How classes are averaged.</param>
/// <remarks>A class without a hit has F1 0, also where it has no row: it still counts in the macro mean, so that splits are compared over the same classes.</remarks>
public sealed class F1(F1Average average) : IMetric
{
    /// <inheritdoc/>
    public string Name => average switch
    {
        F1Average.Binary => "f1",
        F1Average.Macro => "macro-f1",
        F1Average.Micro => "micro-f1",
        _ => "weighted-f1",
    };

    /// <inheritdoc/>
    public bool HigherIsBetter => true;

    /// <inheritdoc/>
    public double Evaluate(float[] logits, int[] labels, ReadOnlySpan<int> rows)
    {
        var (predicted, truth, classes) = ClassPredictions.Of(Name, logits, labels, rows);
        if (average == F1Average.Binary && classes != 2) throw new ArgumentException($"f1 needs 2 classes, found {classes}; use macro-f1, micro-f1 or weighted-f1.");
        return Of(new(predicted, truth, classes), average);
    }

    /// <summary>The F1 of counted predictions.</summary>
    /// <returns>0 to 1; NaN with no rows.</returns>
    public static double Of(ConfusionMatrix counts, F1Average average)
    {
        if (counts.Total == 0) return double.NaN;
        var classes = Enumerable.Range(0, counts.Classes);
        return average switch
        {
            F1Average.Binary => counts.F1(1),
            F1Average.Macro => classes.Average(counts.F1),
            F1Average.Micro => counts.Accuracy,
            _ => classes.Sum(c => counts.Support(c) * counts.F1(c)) / counts.Total,
        };
    }
}
