namespace GraphTune.Gnn.Metrics;

/// <summary>What can be said of embeddings without labels: over how many directions they spread, and whether they gather.</summary>
/// <param name="RankMe">exp(entropy of σₖ / Σσ) of the singular values σ of z: between 1 and the width, by which equal shares would fill it. Garrido et al. 2023, arXiv:2210.02885, eq. 3.</param>
/// <param name="NumericalRank">Singular values above a tolerance times the largest.</param>
/// <param name="SelfCluster">(d·‖z̃·z̃ᵀ‖² − n·(d + n − 1)) / ((d − 1)·(n − 1)·n) for rows z̃ of length 1: 1 where all rows have one direction, 0 where they are spread as random directions are, less where more evenly. Tsitsulin et al. 2023, arXiv:2305.16562.</param>
/// <param name="Rows">Rows that were looked at.</param>
/// <param name="Width">Columns, d.</param>
/// <remarks>
/// They tell encoders of one architecture on the same data apart, and warn of collapse; they do not say that an encoder suits a task. Rows of
/// zeros have no direction and count in the ranks alone. Everything is in double. O(rows·d² + d³) work.
/// </remarks>
public sealed record EmbeddingQuality(double RankMe, int NumericalRank, double SelfCluster, int Rows, int Width)
{
    /// <summary>Rows that are looked at where there are more: every k-th.</summary>
    public const int MostRows = 4096;

    private const double RankMeEpsilon = 1e-7;   // added to each share, as published
    private const double FloatEpsilon = 1.1920929e-7;

    /// <summary>Looks at embeddings.</summary>
    /// <param name="z">z[n,d], row-major.</param>
    /// <param name="width">Columns, d.</param>
    /// <param name="tolerance">What a singular value counts above, relative to the largest; null for max(n, d)·2⁻²³, the rounding of floats.</param>
    /// <exception cref="ArgumentException">There are no rows, the array does not hold whole rows, or a number is not finite.</exception>
    public static EmbeddingQuality Of(ReadOnlySpan<float> z, int width, double? tolerance = null)
    {
        if (width < 1 || z.Length == 0 || z.Length % width != 0) throw new ArgumentException($"EmbeddingQuality: {z.Length} numbers are no rows of {width}");
        var (n, step) = (z.Length / width, (z.Length / width + MostRows - 1) / MostRows);
        double[] plain = new double[width * width], directions = new double[width * width];
        var (rows, directed) = (0, 0);
        for (var i = 0; i < n; i += step, rows++)
        {
            var row = z.Slice(i * width, width);
            var square = Square(row, i);
            Add(row, 1, plain);
            if (square == 0) continue;
            Add(row, 1 / square, directions);
            directed++;
        }
        var singular = Array.ConvertAll(SymmetricEigen.Values(Mirrored(plain, width), width), value => Math.Sqrt(Math.Max(0, value)));
        var least = (tolerance ?? Math.Max(rows, width) * FloatEpsilon) * singular[^1];
        return new(EntropyRank(singular), singular.Count(s => s > least), Clustered(Mirrored(directions, width), directed, width), rows, width);
    }

    /// <summary>The three in a line.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"RankMe {RankMe:0.0} of {Width}, rank {NumericalRank}, self-clustering {SelfCluster:0.000}");

    private static double EntropyRank(double[] singular)
    {
        double sum = singular.Sum(), entropy = 0;
        if (sum == 0) return 0;
        foreach (var s in singular)
        {
            var share = s / sum + RankMeEpsilon;
            entropy -= share * Math.Log(share);
        }
        return Math.Exp(entropy);
    }

    // ‖z̃·z̃ᵀ‖ is ‖z̃ᵀ·z̃‖, which is d × d.
    private static double Clustered(double[] gram, double n, double d)
    {
        var square = 0.0;
        foreach (var g in gram) square += g * g;
        return d > 1 && n > 1 ? (d * square - n * (d + n - 1)) / ((d - 1) * (n - 1) * n) : double.NaN;
    }

    private static double Square(ReadOnlySpan<float> row, int i)
    {
        var square = 0.0;
        foreach (var v in row) square += (double)v * v;
        return double.IsFinite(square) ? square : throw new ArgumentException($"EmbeddingQuality: row {i} holds a number that is not finite");
    }

    // The lower half of scale·rowᵀ·row.
    private static void Add(ReadOnlySpan<float> row, double scale, double[] gram)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var factor = scale * row[i];
            var into = gram.AsSpan(i * row.Length, i + 1);
            if (factor == 0) continue;
            for (var j = 0; j < into.Length; j++) into[j] += factor * row[j];
        }
    }

    private static double[] Mirrored(double[] gram, int width)
    {
        for (var i = 0; i < width; i++)
            for (var j = 0; j < i; j++) gram[j * width + i] = gram[i * width + j];
        return gram;
    }
}
