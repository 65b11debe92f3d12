using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>A made graph whose edges, features and labels share a latent cause, so that what pre-training on the unlabelled graph is worth is known by construction.</summary>
/// <remarks>
/// <para>Every node i has a shown cause a(i) and a faint cause b(i), each one of K communities drawn uniformly and independently.</para>
/// <para>Edges: ends are drawn in proportion to w = 1/√(1 - u), u uniform, so degrees fall off as a power law of exponent 3
/// (w ≤ √n). With probability <see cref="Homophily"/> the second end has the a of the first; otherwise it is any node.
/// Loops and repeats are drawn again, both directions kept. Edges never see b.</para>
/// <para>Features: z(i) = m[a(i)] + ½ε and t(i) = m'[b(i)] + ½ε in 12 dimensions, with standard normal m, m', ε;
/// x[i,j] = s(p_j·z(i) + <see cref="Faintness"/> q_j·t(i) + r_j) + <see cref="Noise"/> ε, where s(v) = v / (1 + |v|) and
/// p, q have variance 1/12. So a is seen in edges and features, b only weakly in features.</para>
/// <para>Labels: y(i) = argmax_c √T·A[a(i),c] + √(1-T)·B[b(i),c], where T is <see cref="Transfer"/>, and A, B are normal tables whose
/// rows were turned so that every class leads in equally many. A share <see cref="LabelNoise"/> of labels is redrawn uniformly.
/// T is thus the share of the label score's variance that comes from the cause which pre-training sees:
/// at 1 the encoder can find all of it without labels, at 0 none that it can find easily.</para>
/// <para>All draws are Philox words and all arithmetic is +, ×, ÷, √ on IEEE doubles: same seed, same bits, on every machine.
/// "Normal" is a sum of eight uniforms (within ±4.9). 20,000 nodes take a fraction of a second.</para>
/// </remarks>
public sealed record SyntheticCommunities
{
    private const int LatentDimensions = 12;
    private const long DrawsPerPair = 8;

    private enum Stream : uint { Causes = 16, Edges, Centres, Features, Tables, Labels }

    /// <summary>Number of nodes, n.</summary>
    public int Nodes { get; init; } = 20_000;

    /// <summary>Directed edges, twice the number of pairs; fewer where a graph has no room for so many.</summary>
    public int Edges { get; init; } = 200_000;

    /// <summary>Communities of each cause, K; a multiple of <see cref="Classes"/> gives balanced classes.</summary>
    public int Communities { get; init; } = 24;

    /// <summary>Number of classes.</summary>
    public int Classes { get; init; } = 8;

    /// <summary>Number of features.</summary>
    public int Features { get; init; } = 96;

    /// <summary>Share of edges drawn within a community, 0 to 1.</summary>
    public double Homophily { get; init; } = 0.8;

    /// <summary>Standard deviation of the noise on each feature; the signal's is about 0.4.</summary>
    public double Noise { get; init; } = 2;

    /// <summary>Weight of the faint cause in the features; the shown cause's is 1.</summary>
    public double Faintness { get; init; } = 0.3;

    /// <summary>Share of the label's cause that edges and features show, 0 to 1.</summary>
    public double Transfer { get; init; } = 1;

    /// <summary>Share of labels redrawn at random, 0 to 1.</summary>
    public double LabelNoise { get; init; } = 0.05;

    /// <summary>Training nodes of each class.</summary>
    public int TrainPerClass { get; init; } = 10;

    /// <summary>Validation nodes in all; every other node tests.</summary>
    public int Validation { get; init; } = 500;

    /// <summary>Independent splits of the same graph.</summary>
    public int Splits { get; init; } = 10;

    /// <summary>Different seeds give independent graphs.</summary>
    public ulong Seed { get; init; }

    /// <summary>Makes the graph.</summary>
    /// <returns>The data set, named <c>synthetic</c>.</returns>
    /// <exception cref="ArgumentException">A share is outside 0 to 1, or a count makes no graph.</exception>
    /// <exception cref="InvalidDataException">A class has too few nodes for the splits.</exception>
    public NodeDataset Build()
    {
        CheckShare(Homophily, nameof(Homophily));
        CheckShare(Transfer, nameof(Transfer));
        CheckShare(LabelNoise, nameof(LabelNoise));
        CheckCount(Nodes, nameof(Nodes), 2);
        CheckCount(Edges, nameof(Edges), 2);
        CheckCount(Features, nameof(Features), 1);
        CheckCount(Classes, nameof(Classes), 2);
        CheckCount(Communities, nameof(Communities), Classes, ", one for each class,");
        CheckCount(Splits, nameof(Splits), 1);
        var (shown, faint) = (Causes(0), Causes(1));
        var labels = Labels(shown, faint);
        return new NodeDataset
        {
            Name = "synthetic",
            Edges = DrawEdges(shown),
            Features = new(Nodes, Features, DrawFeatures(shown, faint)),
            Labels = labels,
            Classes = Classes,
            Splits = [.. Enumerable.Range(0, Splits).Select(i => RandomSplits.PerClassThenAny("synthetic", labels, Classes, TrainPerClass, Validation, Seed + (ulong)i))],
            Provenance = FormattableString.Invariant($"Made here: {Communities} communities, transfer {Transfer}, homophily {Homophily}, noise {Noise}, seed {Seed}."),
        }.Checked();
    }

    private static void CheckShare(double share, string name)
    {
        if (!(share is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"{name} is {share}; 0 to 1 is needed."));
    }

    private static void CheckCount(int count, string name, int least, string why = "")
    {
        if (count < least) throw new ArgumentException($"{name} is {count}; at least {least}{why} are needed.");
    }

    private Rng Draws(Stream stream, uint part = 0) => new(Seed, 16 * (uint)stream + part);

    private int[] Causes(uint which)
    {
        var rng = Draws(Stream.Causes, which);
        var causes = new int[Nodes];
        for (var i = 0; i < Nodes; i++) causes[i] = rng.Next(Communities);
        return causes;
    }

    private EdgeList DrawEdges(int[] community)
    {
        var rng = Draws(Stream.Edges);
        var cap = Math.Sqrt(Nodes);
        var weight = new double[Nodes];
        for (var i = 0; i < Nodes; i++) weight[i] = Math.Min(cap, 1 / Math.Sqrt(1 - Uniform(rng)));
        var all = new WeightedDraw([.. Enumerable.Range(0, Nodes)], weight);
        var within = Enumerable.Range(0, Nodes).GroupBy(i => community[i]).ToDictionary(group => group.Key, group => new WeightedDraw([.. group], weight));
        var pairs = new HashSet<(int, int)>();
        for (var draw = 0L; draw < DrawsPerPair * (Edges / 2) && pairs.Count < Edges / 2; draw++)
        {
            var one = all.Next(rng);
            var other = (Uniform(rng) < Homophily ? within[community[one]] : all).Next(rng);
            if (one != other) pairs.Add((Math.Min(one, other), Math.Max(one, other)));
        }
        return new EdgeList(Nodes, [.. pairs.Select(pair => pair.Item1)], [.. pairs.Select(pair => pair.Item2)]).Undirected();
    }

    private float[] DrawFeatures(int[] shown, int[] faint)
    {
        var rng = Draws(Stream.Centres);
        double[] shownCentre = Normals(rng, Communities * LatentDimensions, 1), faintCentre = Normals(rng, Communities * LatentDimensions, 1);
        var scale = 1 / Math.Sqrt(LatentDimensions);
        double[] p = Normals(rng, Features * LatentDimensions, scale), q = Normals(rng, Features * LatentDimensions, scale * Faintness), r = Normals(rng, Features, 0.5);
        rng = Draws(Stream.Features);
        var x = new float[Nodes * Features];
        double[] z = new double[LatentDimensions], t = new double[LatentDimensions];
        for (var i = 0; i < Nodes; i++)
        {
            for (var d = 0; d < LatentDimensions; d++)
            {
                z[d] = shownCentre[shown[i] * LatentDimensions + d] + 0.5 * Normal(rng);
                t[d] = faintCentre[faint[i] * LatentDimensions + d] + 0.5 * Normal(rng);
            }
            for (var j = 0; j < Features; j++)
            {
                var v = r[j];
                for (var d = 0; d < LatentDimensions; d++) v += p[j * LatentDimensions + d] * z[d] + q[j * LatentDimensions + d] * t[d];
                x[i * Features + j] = (float)(v / (1 + Math.Abs(v)) + Noise * Normal(rng));
            }
        }
        return x;
    }

    private int[] Labels(int[] shown, int[] faint)
    {
        var rng = Draws(Stream.Tables);
        double[][] shownScore = BalancedTable(rng), faintScore = BalancedTable(rng);
        var (shownWeight, faintWeight) = (Math.Sqrt(Transfer), Math.Sqrt(1 - Transfer));
        rng = Draws(Stream.Labels);
        var labels = new int[Nodes];
        for (var i = 0; i < Nodes; i++)
        {
            var (a, b) = (shownScore[shown[i]], faintScore[faint[i]]);
            labels[i] = Uniform(rng) < LabelNoise ? rng.Next(Classes) : Enumerable.Range(0, Classes).MaxBy(c => shownWeight * a[c] + faintWeight * b[c]);
        }
        return labels;
    }

    // Row k is a normal draw in which the largest number is swapped to class k mod C.
    private double[][] BalancedTable(Rng rng) => [.. Enumerable.Range(0, Communities).Select(k =>
    {
        var row = Normals(rng, Classes, 1);
        var lead = Array.IndexOf(row, row.Max());
        (row[k % Classes], row[lead]) = (row[lead], row[k % Classes]);
        return row;
    })];

    private static double Uniform(Rng rng) => rng.NextWord() / 4294967296.0;

    private static double Normal(Rng rng)
    {
        var sum = 0L;
        for (var word = 0; word < 4; word++)
        {
            var bits = rng.NextWord();
            sum += (bits & 0xffff) + (bits >> 16);
        }
        return (sum - 4 * 65535L) * (NormalScale / 65536);
    }

    // Eight uniforms have variance 8/12.
    private static readonly double NormalScale = Math.Sqrt(12 / 8.0);

    private static double[] Normals(Rng rng, int count, double scale)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++) values[i] = scale * Normal(rng);
        return values;
    }
}
