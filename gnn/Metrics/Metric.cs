namespace GraphTune.Gnn.Metrics;

/// <summary>Metrics by name.</summary>
public static class Metric
{
    private static readonly (string Name, Func<int, IMetric> Make)[] Known =
    [
        ("accuracy", _ => new Accuracy()),
        ("f1", _ => new F1(F1Average.Binary)),
        ("macro-f1", _ => new F1(F1Average.Macro)),
        ("micro-f1", _ => new F1(F1Average.Micro)),
        ("weighted-f1", _ => new F1(F1Average.Weighted)),
        ("auroc", tasks => new RocAuc(tasks)),
        ("average-precision", tasks => new AveragePrecision(tasks)),
        ("calibration-error", _ => new ExpectedCalibrationError()),
    ];

    /// <summary>The names that <see cref="ByName"/> knows.</summary>
    public static IEnumerable<string> Names => Known.Select(metric => metric.Name);

    /// <summary>A metric by its name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="tasks">Binary tasks side by side, each with a column of logits and of labels; only <c>auroc</c> and <c>average-precision</c> take more than one.</param>
    /// <exception cref="ArgumentException">No metric has this name, or it does not take several tasks.</exception>
    public static IMetric ByName(string name, int tasks = 1)
    {
        var make = Known.FirstOrDefault(metric => metric.Name == name).Make
            ?? throw new ArgumentException($"There is no metric '{name}'; use one of {string.Join(", ", Names)}.");
        if (tasks > 1 && name is not ("auroc" or "average-precision")) throw new ArgumentException($"Metric '{name}' is for one task, found {tasks}; use auroc or average-precision.");
        return make(tasks);
    }
}
