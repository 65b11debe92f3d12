namespace GraphTune.Gnn.Metrics;

/// <summary>How far predicted numbers are from true ones.</summary>
/// <param name="MeanAbsolute">MAE = mean |p − y|.</param>
/// <param name="MeanSquared">MSE = mean (p − y)².</param>
/// <param name="R2">1 − Σ(p − y)² ÷ Σ(y − mean y)²; NaN or −∞ where all y are equal, as there is no spread to explain.</param>
public readonly record struct RegressionErrors(double MeanAbsolute, double MeanSquared, double R2)
{
    /// <summary>RMSE = √MSE, in the unit of the target.</summary>
    public double RootMeanSquared => Math.Sqrt(MeanSquared);

    /// <summary>Compares some rows of predictions with the truth.</summary>
    /// <param name="predicted">y[n, columns], row by row.</param>
    /// <param name="truth">The true numbers, likewise; NaN where one is missing.</param>
    /// <param name="columns">Numbers of a row.</param>
    /// <param name="rows">The rows that count.</param>
    /// <exception cref="ArgumentException">A prediction of a counted row is NaN.</exception>
    public static RegressionErrors Of(float[] predicted, float[] truth, int columns, ReadOnlySpan<int> rows)
    {
        float[] p = new float[rows.Length * columns], y = new float[rows.Length * columns];
        for (var i = 0; i < rows.Length; i++)
        {
            predicted.AsSpan(rows[i] * columns, columns).CopyTo(p.AsSpan(i * columns));
            truth.AsSpan(rows[i] * columns, columns).CopyTo(y.AsSpan(i * columns));
        }
        return Of(p, y);
    }

    /// <summary>Compares predictions with the truth; sums are in double.</summary>
    /// <param name="predicted">A number for each row.</param>
    /// <param name="truth">The true number; NaN where it is missing, and then the row counts nowhere.</param>
    /// <returns>The errors; all NaN with no rows.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a prediction of a counted row is NaN.</exception>
    public static RegressionErrors Of(ReadOnlySpan<float> predicted, ReadOnlySpan<float> truth)
    {
        if (predicted.Length != truth.Length) throw new ArgumentException($"regression: {predicted.Length} predictions for {truth.Length} true values.");
        double absolute = 0, squared = 0, sum = 0, spread = 0;
        var rows = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            if (float.IsNaN(truth[i])) continue;
            if (float.IsNaN(predicted[i])) throw new ArgumentException($"regression: the prediction of row {i} is NaN; training has diverged or the input holds NaN.");
            var error = (double)predicted[i] - truth[i];
            absolute += Math.Abs(error);
            squared += error * error;
            sum += truth[i];
            rows++;
        }
        var mean = sum / rows;
        foreach (var y in truth) spread += float.IsNaN(y) ? 0 : (y - mean) * (y - mean);
        return new(absolute / rows, squared / rows, 1 - squared / spread);
    }
}
