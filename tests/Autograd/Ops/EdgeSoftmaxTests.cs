using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>A small graph as two patterns, with an empty row, a hub and a duplicate edge.</summary>
internal sealed class Pattern(Device device, int nodes, (int From, int To)[] edges)
{
    private readonly (int From, int To)[] sorted = [.. edges.OrderBy(e => e.To).ThenBy(e => e.From)];

    public (int From, int To)[] Edges => sorted;

    public Csr In() => new(Start(e => e.To), Indices.From(device, [.. sorted.Select(e => e.From)]), nodes);

    public Csr Out()
    {
        var order = Enumerable.Range(0, sorted.Length).OrderBy(e => sorted[e].From).ThenBy(e => e).ToArray();
        return new(Start(e => e.From), Indices.From(device, [.. order.Select(e => sorted[e].To)]), nodes, Indices.From(device, order));
    }

    public static Pattern Any(Device device, int nodes) => new(device, nodes,
        nodes < 2 ? [] : [(1, 0), (1, 0), .. Enumerable.Range(0, nodes).Select(i => (i, nodes - 1)), .. Enumerable.Range(0, nodes / 2).Select(i => (i, (i * 7 + 1) % nodes))]);

    private Indices Start(Func<(int From, int To), int> end)
    {
        var start = new int[nodes + 1];
        foreach (var e in sorted) start[end(e) + 1]++;
        for (var i = 0; i < nodes; i++) start[i + 1] += start[i];
        return Indices.From(device, start);
    }
}

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class EdgeSoftmaxTests(Device device)
{
    [Test]
    public void Each_row_sums_to_one_and_agrees_with_the_formula([Values(0, 1, 7, 9, 33)] int nodes, [Values(1, 2, 3, 8)] int heads)
    {
        var pattern = Pattern.Any(device, nodes);
        using var @in = pattern.In();
        var values = Any.Values(pattern.Edges.Length * heads).Select(v => 30 * v).ToArray();
        using var score = Tensor.From(device, new Shape(pattern.Edges.Length, heads), values);
        using var tape = Tape.Infer(device);

        var alpha = new EdgeSoftmax(tape.Input(score), @in).Apply();

        Assert.That(OracleCheck.Error(alpha, Softmax(pattern, values, heads)), Is.LessThan(2e-6));
    }

    [Test]
    public void Its_gradients_agree_with_differences([Values(1, 7, 9)] int nodes, [Values(1, 3, 4)] int heads)
    {
        var pattern = Pattern.Any(device, nodes);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using var score = Any.Parameter(device, new Shape(pattern.Edges.Length, heads));
        using var source = Any.Parameter(device, new Shape(nodes, heads), seed: 4);
        using var target = Any.Parameter(device, new Shape(nodes, heads), seed: 5);

        Assert.That(GradCheck.Error(score, tape => new EdgeSoftmax(tape.Input(score), @in).Apply()), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(score, tape => new EdgeSoftmax(tape.Input(score), @in).Apply()), Is.LessThan(1e-3));
        foreach (var x in new[] { source, target })
            Assert.That(AdjointCheck.LinearError(x, tape => new AddEnds(tape.Input(source), tape.Input(target), @in, @out).Apply()), Is.LessThan(1e-5));
        Assert.That(AdjointCheck.LinearError(score, tape => new EdgeSum(tape.Input(score), @in).Apply()), Is.LessThan(1e-5));
    }

    [Test]
    public void Edge_values_are_added_at_the_right_ends([Values(0, 1, 9)] int nodes)
    {
        var pattern = Pattern.Any(device, nodes);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using var source = Any.Tensor(device, new Shape(nodes, 2), seed: 4);
        using var target = Any.Tensor(device, new Shape(nodes, 2), seed: 5);
        using var tape = Tape.Infer(device);
        float[] s = source.ToArray(), t = target.ToArray();

        var ends = new AddEnds(tape.Input(source), tape.Input(target), @in, @out).Apply();
        var sum = new EdgeSum(ends, @in).Apply();

        double[] expected = [.. pattern.Edges.SelectMany(e => new[] { 0, 1 }.Select(h => (double)s[2 * e.From + h] + t[2 * e.To + h]))];
        Assert.That(OracleCheck.Error(ends, expected), Is.LessThan(1e-6));
        Assert.That(OracleCheck.Error(sum, [.. Enumerable.Range(0, 2 * nodes).Select(i => pattern.Edges.Select((e, p) => e.To == i / 2 ? expected[2 * p + i % 2] : 0).Sum())]), Is.LessThan(1e-5));
    }

    private static double[] Softmax(Pattern pattern, float[] score, int heads)
    {
        var result = new double[score.Length];
        for (var i = 0; i < score.Length; i++)
        {
            var group = Enumerable.Range(0, pattern.Edges.Length).Where(e => pattern.Edges[e].To == pattern.Edges[i / heads].To).Select(e => (double)score[e * heads + i % heads]).ToArray();
            result[i] = Math.Exp(score[i] - group.Max()) / group.Sum(v => Math.Exp(v - group.Max()));
        }
        return result;
    }
}
