using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Reporting;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class BaselineTests(Device device)
{
    private static float[] Rows(int rows, int width, ulong seed)
    {
        var rng = new Rng(seed);
        return [.. Enumerable.Range(0, rows * width).Select(_ => rng.NextSingle() - 0.5f)];
    }

    [Test]
    public void The_nearest_rows_are_those_of_the_formula()
    {
        const int width = 5, k = 7;
        var rows = Rows(60, width, seed: 2);
        int[] train = [.. Enumerable.Range(0, 40)], queries = [.. Enumerable.Range(40, 20)];
        double Distance(int a, int b) => Enumerable.Range(0, width).Sum(j => Math.Pow((double)rows[a * width + j] - rows[b * width + j], 2));

        var found = NearestNeighbours.Nearest(device, rows, width, train, queries, k);

        Assert.That(found, Is.EqualTo(queries.Select(q => train.OrderBy(t => Distance(q, t)).Take(k))));
    }

    // At the minimum of mean loss + ½λ‖W‖² the gradient, in double, is 0.
    [TestCase(TaskKind.MultiClass)]
    [TestCase(TaskKind.Binary)]
    [TestCase(TaskKind.Regression)]
    public void The_probe_stands_where_the_gradient_is_zero(TaskKind kind)
    {
        const int n = 50, width = 4, outputs = 3;
        const double penalty = 0.01;
        var rows = Rows(n, width, seed: 3);
        var rng = new Rng(4);
        var targets = kind == TaskKind.MultiClass
            ? new Targets(kind, 1, outputs, [.. Enumerable.Range(0, n).Select(i => (float)(rows[i * width] > 0 ? 0 : 1 + rng.Next(2)))])
            : new Targets(kind, outputs, 2, [.. Enumerable.Range(0, n * outputs).Select(i => i % 7 == 0 && kind == TaskKind.Binary ? float.NaN : rng.Next(2))]);
        int[] train = [.. Enumerable.Range(0, n)];
        using var fit = new ProbeFit(device, rows, width, targets, train);

        var w = fit.Run(new double[fit.Count], penalty);

        var gradient = new double[fit.Count];
        var y = fit.Predict(w);
        var labelled = kind == TaskKind.MultiClass ? n : targets.Values.Count(v => !float.IsNaN(v));
        for (var i = 0; i < n; i++)
            for (var c = 0; c < outputs; c++)
            {
                var label = kind == TaskKind.MultiClass ? targets.Of(i) == c ? 1 : 0 : targets.Of(i, c);
                if (float.IsNaN(label)) continue;
                double logit = y[i * outputs + c];
                var predicted = kind switch
                {
                    TaskKind.MultiClass => Math.Exp(logit) / Enumerable.Range(0, outputs).Sum(o => Math.Exp(y[i * outputs + o])),
                    TaskKind.Binary => 1 / (1 + Math.Exp(-logit)),
                    _ => 2 * logit,
                };
                var slope = (predicted - (kind == TaskKind.Regression ? 2 : 1) * label) / labelled;
                for (var j = 0; j < width; j++) gradient[c * width + j] += slope * rows[i * width + j];
                gradient[outputs * width + c] += slope;
            }
        for (var i = 0; i < outputs * width; i++) gradient[i] += penalty * w[i];

        Assert.That(gradient.Max(Math.Abs), Is.LessThan(2e-4));
    }

    [Test]
    public void Majority_neighbours_and_probe_score_as_naive_versions_do()
    {
        var data = Tiny.Data;
        using var encoder = new Encoder(device, Tiny.Options().Encoder, new Rng(5));
        using var bench = new NodeBench(data, Tiny.Options(), encoder);
        var split = bench.SplitOf(1);
        var most = Enumerable.Range(0, data.Classes).MaxBy(c => split.Train.Count(row => data.Labels[row] == c));

        var majority = new MajorityClass().Run(bench, split, 1, new());
        var near = new NearestNeighbours().Run(bench, split, 1, new());
        var probe = new LogisticProbe().Run(bench, split, 1, new());

        Assert.That(majority.Validation, Is.EqualTo(split.Validation.Count(row => data.Labels[row] == most) / (double)split.Validation.Length).Within(1e-12));
        Assert.That(majority.Score, Is.EqualTo(Share(data, split, _ => most)).Within(1e-12));
        Assert.That(near.Score, Is.EqualTo(Share(data, split, NaiveVote(bench, split, int.Parse(near.Choice[4..])))).Within(0.02));   // but for ties that rounding breaks
        Assert.That(probe.Score, Is.GreaterThan(majority.Score));
    }

    private static double Share(NodeDataset data, Split split, Func<int, int> predict)
    {
        var rows = split.Test.Open();
        return rows.Count(row => predict(row) == data.Labels[row]) / (double)rows.Length;
    }

    private static Func<int, int> NaiveVote(Bench bench, Split split, int k)
    {
        var (h, width) = (bench.Frozen.Values, bench.Frozen.Width);
        double Mean(int j) => split.Train.Average(r => (double)h[r * width + j]);
        double[] mean = [.. Enumerable.Range(0, width).Select(Mean)];
        double[] deviation = [.. Enumerable.Range(0, width).Select(j => Math.Sqrt(split.Train.Average(r => Math.Pow(h[r * width + j] - mean[j], 2))))];
        double Distance(int a, int b) => Enumerable.Range(0, width).Where(j => deviation[j] > 1e-10).Sum(j => Math.Pow((h[a * width + j] - h[b * width + j]) / deviation[j], 2));
        return query =>
        {
            var votes = new int[bench.Targets.Classes];
            foreach (var near in split.Train.OrderBy(t => Distance(query, t)).Take(k)) votes[(int)bench.Targets.Of(near)]++;
            return Array.IndexOf(votes, votes.Max());
        };
    }

    [Test]
    public void Graphs_with_missing_labels_are_scored_too()
    {
        var data = TinyGraphs.Data();
        using var encoder = new Encoder(device, new() { Inputs = TinyGraphs.Kinds, Hidden = 8, Layers = 2, Norm = NormKind.Batch }, new Rng(5));
        using var bench = new GraphBench(data, encoder);
        var split = bench.SplitOf(0, labels: 60);

        Assert.That(new MajorityClass().Run(bench, split, 0, new()).Score, Is.EqualTo(0.5));
        Assert.That(new NearestNeighbours().Run(bench, split, 0, new()).Score, Is.GreaterThan(0.55));
        Assert.That(new LogisticProbe().Run(bench, split, 0, new()).Score, Is.GreaterThan(0.55));
        Assert.That((bench.Task, bench.Metric, split.Train.Length), Is.EqualTo(("graph-classification", "auroc", 60)));
    }
}
