using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Pretrain;

/// <summary>What the graphs looked like that an encoder was pre-trained on; its checkpoint carries it, so that a task can say how far away it is.</summary>
/// <param name="FeatureMeans">The mean of each feature over nodes; of codes, the share of nodes with each, 128 to a column.</param>
/// <param name="FeatureVariances">The variance of each.</param>
/// <param name="DegreeMean">The mean of log₂(1 + in-degree) over nodes.</param>
/// <param name="DegreeVariance">Its variance.</param>
/// <param name="DegreeShares">The share of nodes whose log₂(1 + in-degree) lies from k to below k + 1, from k = 0.</param>
/// <param name="Nodes">How many nodes there were.</param>
public sealed record PretrainingStatistics(float[] FeatureMeans, float[] FeatureVariances, double DegreeMean, double DegreeVariance, double[] DegreeShares, long Nodes)
{
    /// <summary>The metadata key that a checkpoint has them under.</summary>
    public const string Key = "graphtune.pretraining-statistics";

    private const int CodesOfColumn = 128;

    /// <summary>The statistics of one graph.</summary>
    public static PretrainingStatistics Of(NodeDataset data) => Of(Features(data.Features), data.Edges.Target, data.Nodes);

    /// <summary>The statistics of many graphs: features where nodes have any, else codes.</summary>
    public static PretrainingStatistics Of(GraphDataset data)
    {
        var target = new int[data.Edges];
        for (var g = 0; g < data.Graphs; g++)
            for (var e = data.EdgeStart[g]; e < data.EdgeStart[g + 1]; e++) target[e] = data.NodeStart[g] + data.Target[e];
        var features = data.NodeFeatures is { } x ? Features(x) : data.NodeCodes is { } codes ? Codes(codes) : ([], []);
        return Of(features, target, data.Nodes);
    }

    /// <summary>How far these graphs are from others: Σ (μ₁ − μ₂)² + (σ₁ − σ₂)² over ½ Σ σ₁² + σ₂², of features and of degrees.</summary>
    /// <param name="other">The others.</param>
    /// <returns>0 for equal statistics; 1 where they differ by as much as they spread. The features' is null where there are not as many of them.</returns>
    /// <remarks>
    /// The Fréchet distance of two normal distributions without correlations (Dowson and Landau 1982), as a share of their variance.
    /// </remarks>
    public (double? Features, double Degrees) DistanceTo(PretrainingStatistics other)
    {
        var comparable = FeatureMeans.Length == other.FeatureMeans.Length && FeatureMeans.Length > 0;
        var (apart, spread) = (0.0, 0.0);
        for (var c = 0; comparable && c < FeatureMeans.Length; c++)
        {
            double m = FeatureMeans[c] - other.FeatureMeans[c], v = FeatureVariances[c], w = other.FeatureVariances[c];
            apart += m * m + Math.Pow(Math.Sqrt(v) - Math.Sqrt(w), 2);
            spread += (v + w) / 2;
        }
        var degrees = Math.Pow(DegreeMean - other.DegreeMean, 2) + Math.Pow(Math.Sqrt(DegreeVariance) - Math.Sqrt(other.DegreeVariance), 2);
        return (comparable ? Share(apart, spread) : null, Share(degrees, (DegreeVariance + other.DegreeVariance) / 2));
    }

    /// <summary>These statistics as one JSON object.</summary>
    public string ToJson() => OptionsJson.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such object.</exception>
    public static PretrainingStatistics FromJson(string json) => OptionsJson.Read<PretrainingStatistics>(json, "pre-training statistics");

    // Two constants apart are as far as can be; equal ones not at all.
    private static double Share(double apart, double spread) => apart == 0 ? 0 : Math.Min(apart / spread, 1e6);

    private static PretrainingStatistics Of((float[] Mean, float[] Variance) features, int[] target, int nodes)
    {
        var degree = new int[nodes];
        foreach (var node in target) degree[node]++;
        double[] log = [.. degree.Select(d => Math.Log2(1 + d))];
        var mean = log.Average();
        var shares = new double[1 + (int)log.Max()];
        foreach (var l in log) shares[(int)l] += 1.0 / nodes;
        return new(features.Mean, features.Variance, mean, log.Average(l => (l - mean) * (l - mean)), shares, nodes);
    }

    private static (float[] Mean, float[] Variance) Features(FeatureMatrix x)
    {
        double[] sum = new double[x.Columns], square = new double[x.Columns];
        if (x.Sparse is { } sparse)
            for (var k = 0; k < sparse.Count; k++) Add(sparse.Column[k], sparse.Value[k]);
        else
            for (var k = 0; k < x.Dense!.Length; k++) Add(k % x.Columns, x.Dense[k]);
        return Moments(sum, square, x.Rows);

        void Add(int column, double value)
        {
            sum[column] += value;
            square[column] += value * value;
        }
    }

    private static (float[] Mean, float[] Variance) Codes(CodeTable codes)
    {
        var count = new double[CodesOfColumn * codes.Columns];   // as wide for every data set, so that columns meet
        for (var k = 0; k < codes.Values.Length; k++) count[k % codes.Columns * CodesOfColumn + Math.Min(codes.Values[k], CodesOfColumn - 1)]++;
        return Moments(count, count, codes.Rows);
    }

    private static (float[] Mean, float[] Variance) Moments(double[] sum, double[] square, int rows) =>
        (Array.ConvertAll(sum, s => (float)(s / rows)), [.. sum.Zip(square, (s, q) => (float)Math.Max(0, q / rows - s / rows * (s / rows)))]);
}
