namespace GraphTune.Gnn.Reporting;

/// <summary>Columns brought to mean 0 and standard deviation 1 over the training rows, so that no channel counts for its unit.</summary>
internal static class ScaledRows
{
    /// <summary>Scales all rows by what the training rows show. A column that is constant there becomes 0.</summary>
    /// <param name="values">h[rows, width].</param>
    /// <param name="width">Columns.</param>
    /// <param name="train">The rows that set mean and deviation.</param>
    /// <returns>A new array of the same shape.</returns>
    public static float[] By(float[] values, int width, ReadOnlySpan<int> train)
    {
        double[] mean = new double[width], square = new double[width];
        foreach (var row in train)
            for (var j = 0; j < width; j++) mean[j] += values[row * width + j] / (double)train.Length;
        foreach (var row in train)
            for (var j = 0; j < width; j++) square[j] += Math.Pow(values[row * width + j] - mean[j], 2) / train.Length;
        var scale = Array.ConvertAll(square, v => v > 1e-20 ? 1 / Math.Sqrt(v) : 0);
        var scaled = new float[values.Length];
        for (var at = 0; at < values.Length; at++) scaled[at] = (float)((values[at] - mean[at % width]) * scale[at % width]);
        return scaled;
    }

    /// <summary>Some rows, in this order.</summary>
    public static float[] Take(float[] values, int width, ReadOnlySpan<int> rows)
    {
        var taken = new float[rows.Length * width];
        for (var i = 0; i < rows.Length; i++) values.AsSpan(rows[i] * width, width).CopyTo(taken.AsSpan(i * width));
        return taken;
    }
}
