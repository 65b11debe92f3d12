using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class RelationalSumTests(Device device)
{
    private sealed record Edges(int[] Source, int[] Target, int[] Relation)
    {
        // Relation 1 has no edges, the first target neither; one edge is there twice.
        public static Edges Random(int sources, int targets, int relations, int count)
        {
            var random = new Rng(7);
            int[] Draw(int bound, int low) => [.. Enumerable.Range(0, count).Select(_ => low + random.Next(bound - low))];
            var relation = Draw(relations, 0).Select(r => r == 1 ? 0 : r).ToArray();
            var edges = new Edges(Draw(sources, 0), Draw(targets, 1), relation);
            if (count > 1) (edges.Source[1], edges.Target[1], edges.Relation[1]) = (edges.Source[0], edges.Target[0], edges.Relation[0]);
            return edges;
        }

        public RelationIndex On(Device device, int sources, int targets, int relations) => RelationIndex.From(device, sources, targets, relations, Source, Target, Relation);
    }

    [Test]
    public void Agrees_with_a_product_for_each_edge([Values] bool weighted, [Values(0, 1, 7, 60)] int count, [Values(1, 8, 33)] int k, [Values(1, 9, 31)] int m) =>
        Check(weighted, sources: 9, targets: 7, relations: 4, count, k, m);

    [Test]
    public void Agrees_at_a_useful_size([Values] bool weighted)
    {
        if (device.Name == "simulator") Assert.Ignore("too large for the simulator");
        Check(weighted, sources: 700, targets: 3000, relations: 5, count: 9000, k: 24, m: 40);
    }

    [Test]
    public void Its_gradients_agree_with_differences([Values(1, 30)] int count, [Values(3, 9)] int k)
    {
        const int sources = 6, targets = 5, relations = 3, m = 4;
        var edges = Edges.Random(sources, targets, relations, count);
        using var index = edges.On(device, sources, targets, relations);
        using var x = Any.Parameter(device, new Shape(sources, k), seed: 1);
        using var b = Any.Parameter(device, new Shape(relations, k, m), seed: 2);
        using var w = Any.Parameter(device, new Shape(count), seed: 3);
        Var F(Tape tape) => tape.Input(x).RelationalSum(b, index, w);

        foreach (var p in new[] { x, b, w })
        {
            Assert.That(GradCheck.Error(p, F), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.LinearError(p, F), Is.LessThan(1e-5));
        }
    }

    [Test]
    public void The_bits_do_not_depend_on_threads_or_on_the_width_of_vectors()
    {
        const int nodes = 3000, relations = 6, count = 20_000;
        var edges = Edges.Random(nodes, nodes, relations, count);
        var bits = new[] { (1, 0), (2, 0), (4, 0), (3, 256) }.Select(form =>
        {
            using var cpu = new CpuDevice(form.Item1, form.Item2);
            using var index = edges.On(cpu, nodes, nodes, relations);
            using var x = Any.Parameter(cpu, new Shape(nodes, 20), seed: 1);
            using var b = Any.Parameter(cpu, new Shape(relations, 20, 17), seed: 2);
            using var w = Any.Parameter(cpu, new Shape(count), seed: 3);
            using var tape = Tape.Train(cpu);
            var y = tape.Input(x).RelationalSum(b, index, w);
            tape.Backward(y.Sum());
            return (float[])[.. y.ToArray(), .. x.Grad.ToArray(), .. b.Grad.ToArray(), .. w.Grad.ToArray()];
        }).ToArray();

        Assert.That(bits, Is.All.EqualTo(bits[0]));
    }

    [Test]
    public void Operands_that_do_not_fit_are_refused()
    {
        using var index = Edges.Random(4, 3, 2, 5).On(device, 4, 3, 2);
        using var x = Any.Tensor(device, new Shape(4, 6));
        using var b = Any.Tensor(device, new Shape(3, 6, 2));
        using var w = Any.Tensor(device, new Shape(4));
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Input(x).RelationalSum(b, index), Throws.TypeOf<ShapeException>().With.Message.Contains("b is [3, 6, 2]").And.Message.Contains("2 relations"));
        Assert.That(() => tape.Input(x).RelationalSum(b, index, w), Throws.TypeOf<ShapeException>().With.Message.Contains("5 edges"));
        Assert.That(() => RelationIndex.From(device, 2, 2, 1, [0], [2], [0]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("row 2 is not between 0 and 1"));
    }

    private void Check(bool weighted, int sources, int targets, int relations, int count, int k, int m)
    {
        var edges = Edges.Random(sources, targets, relations, count);
        using var index = edges.On(device, sources, targets, relations);
        using var x = Any.Parameter(device, new Shape(sources, k), seed: 1);
        using var b = Any.Parameter(device, new Shape(relations, k, m), seed: 2);
        using var w = Any.Parameter(device, new Shape(count), seed: 3);
        using var u = Any.Tensor(device, new Shape(targets, m), seed: 4);
        using var tape = Tape.Train(device);

        var y = tape.Input(x).RelationalSum(b, index, weighted ? w : null);
        tape.Backward(new Dot(y, u).Apply());

        var expected = new Naive(edges, x.ToArray(), b.ToArray(), weighted ? w.ToArray() : [.. Enumerable.Repeat(1f, count)], u.ToArray(), targets, k, m);
        Assert.That(OracleCheck.Error(y, expected.Y), Is.LessThan(5e-6));
        Assert.That(OracleCheck.Error(x.Grad, expected.DX), Is.LessThan(5e-6));
        Assert.That(OracleCheck.Error(b.Grad, expected.DB), Is.LessThan(3e-5));
        if (weighted) Assert.That(OracleCheck.Error(w.Grad, expected.DW), Is.LessThan(1e-5));
    }

    // One product for each edge, in double.
    private sealed class Naive
    {
        public readonly double[] Y, DX, DB, DW;

        public Naive(Edges edges, float[] x, float[] b, float[] w, float[] u, int targets, int k, int m)
        {
            (Y, DX, DB, DW) = (new double[targets * m], new double[x.Length], new double[b.Length], new double[w.Length]);
            for (var e = 0; e < w.Length; e++)
                for (var p = 0; p < k; p++)
                    for (var j = 0; j < m; j++)
                    {
                        int s = edges.Source[e] * k + p, t = edges.Target[e] * m + j, q = (edges.Relation[e] * k + p) * m + j;
                        Y[t] += (double)w[e] * x[s] * b[q];
                        DX[s] += (double)w[e] * b[q] * u[t];
                        DB[q] += (double)w[e] * x[s] * u[t];
                        DW[e] += (double)x[s] * b[q] * u[t];
                    }
        }
    }
}
