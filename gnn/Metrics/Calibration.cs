namespace GraphTune.Gnn.Metrics;

/// <summary>How a model's logits become probabilities that can be taken at their word, and decisions: z = (x + shift) / T, p = softmax(z) or σ(z), class 1 where p &gt; threshold.</summary>
/// <remarks>A checkpoint carries it, so that whoever loads the model predicts as it was calibrated. Host work, O(n·c), in double.</remarks>
public sealed record Calibration
{
    /// <summary>The metadata key that a checkpoint has it under.</summary>
    public const string Key = "graphtune.calibration";

    /// <summary>Whether a row's logits are those of classes that exclude each other (softmax); if not, of binary tasks side by side (sigmoid).</summary>
    public required bool HasClasses { get; init; }

    /// <summary>Added to each logit: what <see cref="Metrics.PriorCorrection"/> multiplies probabilities by, as logarithms. None for zeros.</summary>
    public IReadOnlyList<double> Shift { get; init; } = [];

    /// <summary>T: one for classes, one for each binary task. None for 1.</summary>
    public IReadOnlyList<double> Temperatures { get; init; } = [];

    /// <summary>The probability above which a binary task says yes, for each task; one for two classes. None for ½.</summary>
    public IReadOnlyList<double> Thresholds { get; init; } = [];

    /// <summary>What the thresholds make best on validation rows; null where none were chosen.</summary>
    public ThresholdGoal? Goal { get; init; }

    /// <summary>The expected calibration error of the validation rows with logits as they come, the mean over tasks; null where it is undefined.</summary>
    public double? ErrorBefore { get; init; }

    /// <summary>The same, calibrated. It is that of the rows that were fitted to.</summary>
    public double? ErrorAfter { get; init; }

    /// <summary>Fits what the options ask for.</summary>
    /// <param name="logits">Logits x[n,c] row by row.</param>
    /// <param name="columns">c: classes, or binary tasks.</param>
    /// <param name="labels">The class of each row, or labels[n,c] of binary tasks; below 0 for missing.</param>
    /// <param name="rows">The validation rows.</param>
    /// <param name="hasClasses">Whether logits are those of classes; if not, of binary tasks.</param>
    /// <param name="options">What is fitted.</param>
    /// <param name="priorShift">What to add to each logit for classes as common as they are; none for zeros.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, a label is no class, a logit is not finite, or a threshold is asked for more than two classes.</exception>
    public static Calibration Fit(float[] logits, int columns, int[] labels, ReadOnlySpan<int> rows, bool hasClasses, CalibrationOptions options, IReadOnlyList<double>? priorShift = null)
    {
        if (columns < 1 || logits.Length != (hasClasses ? columns * labels.Length : labels.Length)) throw new ArgumentException($"calibration: {logits.Length} logits do not fit {labels.Length} labels of {columns} columns.");
        if (options.Threshold is not null && hasClasses && columns != 2) throw new ArgumentException($"calibration: a threshold is for binary tasks or two classes, found {columns} classes.");
        var fitted = new Calibration { HasClasses = hasClasses, Shift = options.PriorCorrection && priorShift is not null && priorShift.Any(s => s != 0) ? [.. priorShift] : [] };
        if (options.Temperature) fitted = fitted with { Temperatures = Fitted(fitted.Apply(logits, columns), labels, rows, columns, hasClasses) };
        if (options.Threshold is { } goal) fitted = fitted with { Goal = goal, Thresholds = Chosen(fitted, logits, labels, rows, columns, options, goal) };
        return fitted with
        {
            ErrorBefore = Error(new Calibration { HasClasses = hasClasses }, logits, labels, rows, columns),
            ErrorAfter = Error(fitted, logits, labels, rows, columns),
        };
    }

    /// <summary>z = (x + shift) / T.</summary>
    /// <param name="logits">x[n,c] row by row.</param>
    /// <param name="columns">c.</param>
    public double[] Apply(ReadOnlySpan<float> logits, int columns)
    {
        var z = new double[logits.Length];
        for (var i = 0; i < z.Length; i++) z[i] = (logits[i] + (Shift.Count == 0 ? 0 : Shift[i % columns])) / (Temperatures.Count == 0 ? 1 : Temperatures[HasClasses ? 0 : i % columns]);
        return z;
    }

    /// <summary>Logits whose sign, or largest of two, is the decision at the threshold: z less the threshold's own logit. For metrics of decisions; rankings keep.</summary>
    /// <param name="logits">x[n,c] row by row.</param>
    /// <param name="columns">c.</param>
    public float[] Decisions(ReadOnlySpan<float> logits, int columns)
    {
        var z = Apply(logits, columns);
        for (var i = 0; i < z.Length && Thresholds.Count > 0; i++)
        {
            var threshold = Thresholds[HasClasses ? 0 : i % columns];
            if (!HasClasses || i % columns == 1) z[i] -= Math.Log(threshold / (1 - threshold));
        }
        return Array.ConvertAll(z, v => (float)v);
    }

    /// <summary>The probabilities: each row's softmax, or each logit's sigmoid.</summary>
    /// <param name="logits">x[n,c] row by row.</param>
    /// <param name="columns">c.</param>
    public float[] Probabilities(ReadOnlySpan<float> logits, int columns)
    {
        var p = Apply(logits, columns);
        if (!HasClasses) return Array.ConvertAll(p, z => (float)(1 / (1 + Math.Exp(-z))));
        for (var first = 0; first < p.Length; first += columns)
        {
            var row = p.AsSpan(first, columns);
            var (largest, sum) = (double.NegativeInfinity, 0.0);
            foreach (var z in row) largest = Math.Max(largest, z);
            foreach (ref var z in row) sum += z = Math.Exp(z - largest);
            foreach (ref var z in row) z /= sum;
        }
        return Array.ConvertAll(p, v => (float)v);
    }

    /// <summary>A metric of calibrated outputs: of decisions at the threshold, or, where probabilities are judged, of those.</summary>
    internal double Score(IMetric metric, float[] logits, int columns, int[] labels, ReadOnlySpan<int> rows) =>
        metric.Evaluate(metric is ExpectedCalibrationError ? Array.ConvertAll(Apply(logits, columns), z => (float)z) : Decisions(logits, columns), labels, rows);

    /// <summary>This as one JSON object.</summary>
    public string ToJson() => OptionsJson.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such object, or a number is out of range.</exception>
    public static Calibration FromJson(string json)
    {
        var read = OptionsJson.Read<Calibration>(json, "calibration");
        return read.Temperatures.All(t => t > 0) && read.Thresholds.All(t => t is > 0 and < 1)
            ? read
            : throw new InvalidDataException($"calibration: temperatures [{string.Join(", ", read.Temperatures)}] must be above 0 and thresholds [{string.Join(", ", read.Thresholds)}] between 0 and 1");
    }

    private static double[] Fitted(double[] z, int[] labels, ReadOnlySpan<int> rows, int columns, bool hasClasses)
    {
        if (hasClasses) return [TemperatureScaling.Fit(z, columns, labels, rows)];
        var each = new double[columns];
        for (var task = 0; task < columns; task++) each[task] = TemperatureScaling.Fit(Column(z, task, columns), 1, Column(labels, task, columns), rows);
        return each;
    }

    private static double[] Chosen(Calibration fitted, float[] logits, int[] labels, ReadOnlySpan<int> rows, int columns, CalibrationOptions options, ThresholdGoal goal)
    {
        var p = Array.ConvertAll(fitted.Probabilities(logits, columns), v => (double)v);
        var thresholds = new double[fitted.HasClasses ? 1 : columns];
        for (var task = 0; task < thresholds.Length; task++)
        {
            var yes = Picked(Column(p, fitted.HasClasses ? 1 : task, columns), rows);
            var truth = Picked(fitted.HasClasses ? labels : Column(labels, task, columns), rows);
            var found = DecisionThreshold.Choose(yes, truth, goal, options.FalsePositive, options.FalseNegative).Threshold;
            thresholds[task] = Math.Clamp(found, 1e-9, 1 - 1e-9);   // whose logits are finite
        }
        return thresholds;
    }

    private static double? Error(Calibration by, float[] logits, int[] labels, ReadOnlySpan<int> rows, int columns)
    {
        var p = by.Probabilities(logits, columns);
        if (by.HasClasses && columns > 1) return Defined(ExpectedCalibrationError.Multiclass(Picked(p, rows, columns), Picked(labels, rows)));
        double[] each = new double[columns];
        for (var task = 0; task < columns; task++) each[task] = ExpectedCalibrationError.Binary(Picked(Column(p, task, columns), rows), Picked(Column(labels, task, columns), rows));
        return Defined(each.Where(e => !double.IsNaN(e)).DefaultIfEmpty(double.NaN).Average());
    }

    private static double? Defined(double error) => double.IsNaN(error) ? null : error;

    private static T[] Column<T>(T[] values, int column, int columns) => columns == 1 ? values : [.. Enumerable.Range(0, values.Length / columns).Select(i => values[i * columns + column])];

    private static T[] Picked<T>(T[] values, ReadOnlySpan<int> rows, int columns = 1)
    {
        var picked = new T[rows.Length * columns];
        for (var i = 0; i < rows.Length; i++) values.AsSpan(rows[i] * columns, columns).CopyTo(picked.AsSpan(i * columns));
        return picked;
    }
}
