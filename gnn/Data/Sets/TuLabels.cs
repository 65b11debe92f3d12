namespace GraphTune.Gnn.Data;

/// <summary>The labels of TU graphs: classes from a label file, numbers from an attribute file.</summary>
/// <param name="Kind">What they mean.</param>
/// <param name="Tasks">A name for each column.</param>
/// <param name="Values">Row-major y[g,t].</param>
/// <param name="Classes">Number of classes; 0 for numbers.</param>
internal sealed record TuLabels(TaskKind Kind, string[] Tasks, float[] Values, int Classes)
{
    public static TuLabels Read(string? classes, string? numbers, int graphs)
    {
        if (numbers is not null && classes is null) return Numbers(numbers, graphs);
        return classes is null ? new(TaskKind.Regression, [], [], 0) : OfClasses(NumberLines.Wholes(classes, 1, "the label"), classes, graphs);
    }

    /// <summary>Labels numbered in rising order.</summary>
    public static TuLabels OfClasses(int[] labels, string path, int graphs)
    {
        if (labels.Length != graphs) throw new InvalidDataException($"{path}: {labels.Length} labels for {graphs} graphs.");
        int[] found = [.. labels.Distinct().Order()];
        return new(TaskKind.MultiClass, ["class"], Array.ConvertAll(labels, label => (float)Array.BinarySearch(found, label)), found.Length);
    }

    private static TuLabels Numbers(string path, int graphs)
    {
        var (values, columns) = NumberLines.Table(path, "the target");
        if (values.Length != (long)graphs * columns) throw new InvalidDataException($"{path}: {(columns == 0 ? 0 : values.Length / columns)} rows for {graphs} graphs.");
        return new(TaskKind.Regression, [.. Enumerable.Range(0, columns).Select(t => $"target {t}")], values, 0);
    }
}
