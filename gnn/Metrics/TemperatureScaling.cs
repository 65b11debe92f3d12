namespace GraphTune.Gnn.Metrics;

/// <summary>Finds the temperature T whose softmax(x/T), or σ(x/T), fits the labels best: one number that mends confidence and changes no decision.</summary>
/// <remarks>
/// Guo et al. 2017, arXiv:1706.04599, section 4.2. With β = 1/T the mean of −log p is convex: its slope is the mean of E_p[x] − x_y, its
/// curvature that of Var_p[x]. Newton's steps, halved into the bracket where they leave it, until β is known to 1e-12 of itself. In double, on the host.
/// </remarks>
public static class TemperatureScaling
{
    /// <summary>T is sought from 1 / <see cref="Most"/> to <see cref="Most"/>: rows that are all right, or no better than chance, have none in between.</summary>
    public const double Most = 100;

    private const double Accuracy = 1e-12;
    private const int Steps = 200;

    /// <summary>The best temperature of some rows.</summary>
    /// <param name="logits">Logits x[n,c] row by row; one column is a binary task.</param>
    /// <param name="columns">c.</param>
    /// <param name="labels">The class of each row; below 0 for missing.</param>
    /// <param name="rows">The rows that count: those of the validation split.</param>
    /// <returns>T; 1 where no row has a label.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, a label is no class, or a logit is not finite.</exception>
    public static double Fit(ReadOnlySpan<double> logits, int columns, ReadOnlySpan<int> labels, ReadOnlySpan<int> rows)
    {
        var (x, y) = Labelled(logits, columns, labels, rows);
        if (y.Length == 0) return 1;
        var (low, high, beta) = (1 / Most, Most, 1.0);
        if (Slope(x, y, columns, low).Slope >= 0) return 1 / low;
        if (Slope(x, y, columns, high).Slope <= 0) return 1 / high;
        for (var step = 0; step < Steps && high - low > Accuracy * beta; step++)
        {
            var (slope, curvature) = Slope(x, y, columns, beta);
            if (slope == 0) break;
            if (slope > 0) high = beta; else low = beta;
            var next = beta - slope / curvature;
            if (!(next > low && next < high)) next = (low + high) / 2;
            var settled = Math.Abs(next - beta) <= Accuracy * beta;
            beta = next;
            if (settled) break;
        }
        return 1 / beta;
    }

    /// <summary>The mean of −log p at a temperature.</summary>
    /// <param name="logits">Logits x[n,c] row by row; one column is a binary task.</param>
    /// <param name="columns">c.</param>
    /// <param name="labels">The class of each row; below 0 for missing.</param>
    /// <param name="rows">The rows that count.</param>
    /// <param name="temperature">T, above 0.</param>
    /// <returns>In nats; NaN where no row has a label.</returns>
    public static double LogLoss(ReadOnlySpan<double> logits, int columns, ReadOnlySpan<int> labels, ReadOnlySpan<int> rows, double temperature = 1)
    {
        var (x, y) = Labelled(logits, columns, labels, rows);
        var sum = 0.0;
        for (var i = 0; i < y.Length; i++)
        {
            var row = x.AsSpan(i * columns, columns);
            sum += columns == 1 ? LogSum([0, (1 - 2 * y[i]) * row[0]], 1 / temperature) : LogSum(row, 1 / temperature) - row[y[i]] / temperature;
        }
        return sum / y.Length;
    }

    private static (double Slope, double Curvature) Slope(double[] x, int[] y, int columns, double beta)
    {
        var (slope, curvature) = (0.0, 0.0);
        for (var i = 0; i < y.Length; i++)
        {
            var row = x.AsSpan(i * columns, columns);
            var (mean, variance) = columns == 1 ? Moments([0, row[0]], beta) : Moments(row, beta);
            slope += mean - (columns == 1 ? y[i] * row[0] : row[y[i]]);
            curvature += variance;
        }
        return (slope, curvature);
    }

    private static (double Mean, double Variance) Moments(ReadOnlySpan<double> x, double beta)
    {
        var largest = Largest(x);
        var (total, mean, square) = (0.0, 0.0, 0.0);
        foreach (var v in x)
        {
            var p = Math.Exp(beta * (v - largest));
            total += p;
            mean += p * (v - largest);
            square += p * (v - largest) * (v - largest);
        }
        mean /= total;
        return (largest + mean, square / total - mean * mean);
    }

    private static double LogSum(ReadOnlySpan<double> x, double beta)
    {
        var largest = Largest(x);
        var total = 0.0;
        foreach (var v in x) total += Math.Exp(beta * (v - largest));
        return beta * largest + Math.Log(total);
    }

    private static double Largest(ReadOnlySpan<double> x)
    {
        var largest = double.NegativeInfinity;
        foreach (var v in x) largest = Math.Max(largest, v);
        return largest;
    }

    private static (double[] X, int[] Y) Labelled(ReadOnlySpan<double> logits, int columns, ReadOnlySpan<int> labels, ReadOnlySpan<int> rows)
    {
        if (columns < 1 || logits.Length != labels.Length * columns) throw new ArgumentException($"temperature: {logits.Length} logits do not fit {labels.Length} labels of {columns} columns.");
        var (x, y) = (new List<double>(rows.Length * columns), new List<int>(rows.Length));
        foreach (var row in rows)
        {
            if (labels[row] < 0) continue;
            if (labels[row] >= Math.Max(columns, 2)) throw new ArgumentException($"temperature: label {labels[row]} of row {row} is no class; they run from 0 to {Math.Max(columns, 2) - 1}.");
            y.Add(labels[row]);
            foreach (var v in logits.Slice(row * columns, columns))
                x.Add(double.IsFinite(v) ? v : throw new ArgumentException($"temperature: a logit of row {row} is {v}; training has diverged or the input holds NaN."));
        }
        return ([.. x], [.. y]);
    }
}
