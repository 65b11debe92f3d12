using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class EdgeBlocksTests(Device device)
{
    private static readonly int[] Source = [0, 3, 3, 1, 2, 0, 4, 4, 4, 2], Target = [1, 1, 1, 0, 0, 4, 4, 2, 2, 2];

    private static HostCsr Edges => HostCsr.From(6, 6, Target, Source) with { Edge = null };

    [Test]
    public void Many_runs_give_what_one_gives_and_so_do_their_gradients([Values(1, 2, 3)] int entries)
    {
        using EdgeBlocks one = new(device, Edges, 100), many = new(device, Edges, entries);
        using Parameter x = Any.Parameter(device, new Shape(6, 5), 1), own = Any.Parameter(device, new Shape(10, 5), 2), w = Any.Parameter(device, new Shape(3, 5), 3);

        var (expected, actual) = (Run(one), Run(many));

        Assert.That(one.Count, Is.EqualTo(1));
        Assert.That(many.Count, Is.GreaterThan(3));
        for (var k = 0; k < expected.Length; k++) Assert.That(actual[k], Is.EqualTo(expected[k]).Within(1e-5));
        GradCheck.Verify([("x", x), ("own", own), ("w", w)], tape => Compute(many, tape));

        Var Compute(EdgeBlocks blocks, Tape tape)
        {
            Var nodes = tape.Input(x).Tanh(), edges = tape.Input(own) * 2f;
            return blocks.Apply(3, run => ((run.Source(nodes) + run.Target(nodes) * run.Own(edges)).Linear(w).Tanh()).Aggregate(Aggregation.Sum, run.In, run.Out), nodes, edges, w);
        }

        float[][] Run(EdgeBlocks blocks)
        {
            Parameter[] all = [x, own, w];
            foreach (var p in all) p.ClearGrad();
            using var tape = Tape.Train(device);
            var y = Compute(blocks, tape);
            tape.Backward((y * y).Sum());
            return [y.ToArray(), .. all.Select(p => p.Grad.ToArray())];
        }
    }

    [Test]
    public void Both_passes_drop_the_same()
    {
        using var blocks = new EdgeBlocks(device, Edges, 2);
        using var x = Any.Parameter(device, new Shape(6, 4));

        Assert.That(GradCheck.Error(x, tape =>
        {
            var nodes = tape.Input(x);
            return blocks.Apply(4, run => run.Source(nodes).Dropout(0.5f).Aggregate(Aggregation.Sum, run.In, run.Out), nodes);
        }), Is.LessThan(1e-3));
    }

    [Test]
    public void What_is_made_per_edge_is_given_back_run_by_run()
    {
        using var blocks = new EdgeBlocks(device, Edges, 2);
        using var x = Any.Tensor(device, new Shape(6, 1000));
        using var tape = Tape.Infer(device);
        device.Pool.ResetPeak();
        var before = device.Pool.LiveBytes;

        _ = blocks.Apply(1, run => run.Source(x).Tanh().Aggregate(Aggregation.Sum, run.In, run.Out).RowSum(), tape.Input(x));

        Assert.That(device.Pool.PeakBytes - before, Is.LessThan(10 * 1000 * sizeof(float) * 2));
    }

    [Test]
    public void AddRows_adds_sums_to_the_rows_it_names()
    {
        using var groups = new HostCsr([0, 2, 3], [0, 2, 1], 3).To(device);
        using var rows = Indices.From(device, [3, 1]);
        using var x = Tensor.From(device, new Shape(3, 2), [1f, 2f, 3f, 4f, 5f, 6f]);
        using var y = Tensor.From(device, new Shape(4, 2), [1f, 1f, 1f, 1f, 1f, 1f, 1f, 1f]);

        device.Run(new AddRows(groups, rows, x, y));

        Assert.That(y.ToArray(), Is.EqualTo(new[] { 1f, 1f, 4f, 5f, 1f, 1f, 7f, 9f }));
    }

    [Test]
    public void A_result_of_another_shape_is_refused()
    {
        using var blocks = new EdgeBlocks(device, Edges, 2);
        using var x = Any.Tensor(device, new Shape(6, 4));
        using var tape = Tape.Infer(device);

        Assert.That(() => blocks.Apply(4, run => run.Source(x), tape.Input(x)), Throws.TypeOf<ShapeException>().With.Message.Contains("2 rows should give [2, 4]").Or.Message.Contains("1 rows should give [1, 4]"));
    }
}
