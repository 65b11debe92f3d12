using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class LanczosTests
{
    [Test]
    public void Finds_what_rotations_find([Values(1, 3, 40, 150)] int n, [Values(1, 6)] int k)
    {
        var a = Symmetric(n);
        var wanted = Math.Min(k, n);

        var (values, vectors) = Lanczos.Largest(n, wanted, (x, y) => Multiply(a, x, y));

        Assert.That(values, Is.EqualTo(SymmetricEigen.Decompose([.. a], n).Values.Reverse().Take(wanted)).Within(1e-8));
        Verify(a, n, values, vectors);
    }

    [Test]
    public void Finds_every_vector_of_an_eigenvalue_that_has_several()
    {
        double[] diagonal = [.. Enumerable.Range(0, 120).Select(i => i < 4 ? 3.0 : i < 6 ? 2.0 : -i / 120.0)];

        var (values, _) = Lanczos.Largest(120, 7, (x, y) =>
        {
            for (var i = 0; i < y.Length; i++) y[i] = diagonal[i] * x[i];
        });

        Assert.That(values, Is.EqualTo(new[] { 3.0, 3, 3, 3, 2, 2, -6 / 120.0 }).Within(1e-8));
    }

    [Test]
    public void Large_graphs_get_the_encoding_that_small_ones_get()
    {
        var edges = Rounds(nodes: 230, seed: 4);
        int n = edges.Nodes, k = 5;

        var encoding = PositionalEncoding.Laplacian(edges, k, absolute: false);

        var degree = new double[n];
        foreach (var j in edges.Source) degree[j]++;
        for (var c = 0; c < k; c++)
        {
            double[] v = [.. Enumerable.Range(0, n).Select(i => (double)encoding[i * k + c])], lv = [.. v];
            for (var e = 0; e < edges.Count; e++) lv[edges.Target[e]] -= v[edges.Source[e]] / Math.Sqrt(degree[edges.Source[e]] * degree[edges.Target[e]]);
            var value = lv.Zip(v, (x, y) => x * y).Sum();
            Assert.That(v.Sum(x => x * x), Is.EqualTo(1).Within(1e-5));
            Assert.That(lv.Zip(v, (x, y) => Math.Abs(x - value * y)).Max(), Is.LessThan(1e-5));
            Assert.That(value, Is.GreaterThan(1e-3), "the first vector, of eigenvalue 0, is left out");
        }
    }

    [Test]
    public void Signs_are_drawn_for_each_graph_and_column_in_training_alone()
    {
        using var pe = Any.Tensor(TestDevices.Cpu, new Shape(40, 3));
        using var batch = RowIndex.From(TestDevices.Cpu, [.. Enumerable.Range(0, 40).Select(i => i / 2)], 20);
        using Tape train = Tape.Train(TestDevices.Cpu, seed: 2), infer = Tape.Infer(TestDevices.Cpu);

        var flipped = PositionalEncoding.FlipSigns(train.Input(pe), batch).ToArray();

        float[] signs = [.. flipped.Zip(pe.ToArray(), (a, b) => a / b)];
        Assert.That(signs.Select(Math.Abs), Is.All.EqualTo(1f));
        Assert.That(signs.Distinct().Count(), Is.EqualTo(2));
        for (var i = 0; i < 40; i += 2) Assert.That(signs[(3 * i)..(3 * i + 3)], Is.EqualTo(signs[(3 * i + 3)..(3 * i + 6)]), "both nodes of a graph");
        Assert.That(PositionalEncoding.FlipSigns(infer.Input(pe), batch).ToArray(), Is.EqualTo(pe.ToArray()));
    }

    // A ring with chords: connected, and irregular.
    private static EdgeList Rounds(int nodes, ulong seed)
    {
        var rng = new Rng(seed);
        (int, int)[] pairs = [.. Enumerable.Range(0, nodes).Select(i => (i, (i + 1) % nodes)), .. Enumerable.Range(0, nodes).Select(_ => (rng.Next(nodes), rng.Next(nodes)))];
        return new EdgeList(nodes, [.. pairs.Select(p => p.Item1)], [.. pairs.Select(p => p.Item2)]).Undirected();
    }

    private static double[] Symmetric(int n)
    {
        var rng = new Rng(7);
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = rng.NextNormal();
        return a;
    }

    private static void Multiply(double[] a, double[] x, double[] y)
    {
        for (var i = 0; i < y.Length; i++) y[i] = Enumerable.Range(0, x.Length).Sum(j => a[i * x.Length + j] * x[j]);
    }

    private static void Verify(double[] a, int n, double[] values, double[][] vectors)
    {
        var product = new double[n];
        for (var k = 0; k < values.Length; k++)
        {
            Multiply(a, vectors[k], product);
            Assert.That(product.Zip(vectors[k], (p, v) => Math.Abs(p - values[k] * v)).Max(), Is.LessThan(1e-7));
            for (var j = 0; j <= k; j++) Assert.That(vectors[j].Zip(vectors[k], (u, v) => u * v).Sum(), Is.EqualTo(j == k ? 1 : 0).Within(1e-9));
        }
    }
}
