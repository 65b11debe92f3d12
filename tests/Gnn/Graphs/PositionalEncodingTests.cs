using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class PositionalEncodingTests
{
    [Test]
    public void A_walk_on_a_triangle_comes_back_as_often_as_it_should()
    {
        var triangle = new EdgeList(4, [0, 1, 1, 2, 2, 0], [1, 0, 2, 1, 0, 2]);

        var encoding = PositionalEncoding.RandomWalk(triangle, steps: 3);

        Assert.That(encoding[..3], Is.EqualTo(new[] { 0f, 0.5f, 0.25f }));
        Assert.That(encoding[9..], Is.All.Zero);
    }

    [Test]
    public void Eigenvectors_rebuild_the_matrix([Values(1, 2, 7, 20)] int n)
    {
        var rng = new Rng(5);
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = rng.NextNormal();

        var (values, v) = SymmetricEigen.Decompose([.. a], n);

        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
            {
                Assert.That(Enumerable.Range(0, n).Sum(k => v[i * n + k] * values[k] * v[j * n + k]), Is.EqualTo(a[i * n + j]).Within(1e-12 * n));
                Assert.That(Enumerable.Range(0, n).Sum(k => v[k * n + i] * v[k * n + j]), Is.EqualTo(i == j ? 1 : 0).Within(1e-12 * n));
            }
        Assert.That(values, Is.Ordered);
    }

    [Test]
    public void A_directed_graph_is_refused() =>
        Assert.That(() => PositionalEncoding.Laplacian(new EdgeList(3, [0], [1]), 2), Throws.TypeOf<InvalidDataException>().With.Message.Contains("undirected"));

    [Test]
    public void A_padded_batch_has_a_place_for_each_node([Values] bool cut)
    {
        using var dense = new DenseBatch(TestDevices.Cpu, [0, 0, 2, 0], 3, cut ? 2 : null, fill: -1f);
        using var x = Tensor.From(TestDevices.Cpu, new Shape(4, 1), [1, 2, 3, 4]);
        using var tape = GraphTune.Autograd.Tape.Infer(TestDevices.Cpu);

        var y = dense.Apply(tape.Input(x));

        Assert.That(y.ToArray(), Is.EqualTo(cut ? new float[] { 1, 2, -1, -1, 3, -1 } : [1, 2, 4, -1, -1, -1, 3, -1, -1]));
        Assert.That(dense.Mask.Count(real => real), Is.EqualTo(cut ? 3 : 4));
    }
}
