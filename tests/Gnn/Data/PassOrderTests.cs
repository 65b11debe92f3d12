using GraphTune.Gnn.Data;
using GraphTune.Gnn.Sampling;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class PassOrderTests
{
    // Rows 100 to 115: ten of class 0, four of class 1, one of class 2, one without.
    private static readonly int[] Rows = [.. Enumerable.Range(100, 16)];

    private static int ClassOf(int row) => row < 110 ? 0 : row < 114 ? 1 : row < 115 ? 2 : -1;

    private static PassOrder Order(ClassSampling sampling, ulong seed = 1) => new(Rows, new() { Sampling = sampling, Seed = seed }, 5, ClassOf);

    [Test]
    public void Oversampled_the_largest_class_is_seen_once_and_the_others_as_often()
    {
        var order = Order(ClassSampling.Oversampled);

        Assert.That(order.Length, Is.EqualTo(30));
        for (var pass = 0u; pass < 4; pass++)
        {
            var drawn = order.Of(pass);
            Assert.That(drawn.Where(r => ClassOf(r) == 0), Is.EquivalentTo(Rows[..10]));
            Assert.That(drawn.Count(r => ClassOf(r) == 1), Is.EqualTo(10));
            Assert.That(drawn.Where(r => ClassOf(r) == 1).GroupBy(r => r).Select(g => g.Count()), Is.All.InRange(2, 3));
            Assert.That(drawn.Count(r => ClassOf(r) == 2), Is.EqualTo(10));
        }
    }

    [Test]
    public void Equal_draws_keep_the_length_and_over_passes_every_row_comes_as_often_as_the_others_of_its_class()
    {
        var order = Order(ClassSampling.Equal);
        int[] drawn = [.. Enumerable.Range(0, 8).SelectMany(pass => order.Of((uint)pass))];

        Assert.That(order.Length, Is.EqualTo(15));
        Assert.That(drawn.GroupBy(ClassOf).Select(g => g.Count()), Is.All.EqualTo(40));
        Assert.That(drawn.GroupBy(r => r).Select(g => (ClassOf(g.Key), g.Count())).Distinct(), Is.EquivalentTo(new[] { (0, 4), (1, 10), (2, 40) }));
    }

    [Test]
    public void Passes_are_named_by_seed_and_number_in_whatever_order_they_are_asked_for([Values] ClassSampling sampling)
    {
        var (one, other) = (Order(sampling), Order(sampling));
        int[] third = one.Of(3), first = one.Of(1);

        Assert.That((other.Of(1), other.Of(3)), Is.EqualTo((first, third)));
        Assert.That(first, Is.Not.EqualTo(third));
        Assert.That(Order(sampling, seed: 2).Of(1), Is.Not.EqualTo(first));
    }

    [Test]
    public void A_loader_of_graphs_draws_so_and_refuses_several_tasks()
    {
        var data = TinyGraphs.Data(60, task: TaskKind.MultiClass);
        int[] few = [.. Enumerable.Range(0, 60).Where(g => data.Labels[g] == 0 || g % 5 == 0)];
        using var loader = new GraphLoader(TestDevices.Cpu, data, few, new() { BatchSize = 8, Sampling = ClassSampling.Oversampled });
        int[] drawn = [.. Enumerable.Range(0, loader.Batches).SelectMany(_ => loader.Next().Ids.ToArray())];

        Assert.That(drawn.Count(g => data.Labels[g] == 1), Is.EqualTo(drawn.Count(g => data.Labels[g] == 0)));
        Assert.That(drawn.Where(g => data.Labels[g] == 0), Is.Unique);
        Assert.That(() => new GraphLoader(TestDevices.Cpu, TinyGraphs.Data(60), few, new() { Sampling = ClassSampling.Equal }), Throws.TypeOf<InvalidDataException>().With.Message.Contains("not one class for each"));
    }

    [Test]
    public void A_node_drawn_twice_is_sampled_once_and_counted_twice()
    {
        int[] few = [.. Tiny.Data.Splits[0].Train.Where((n, i) => Tiny.Data.Labels[n] == 0 || i % 4 == 0)];
        using var loader = new NeighbourLoader(TestDevices.Cpu, Tiny.Data, few, new() { FanOut = [3] }, new() { BatchSize = 1000, Sampling = ClassSampling.Oversampled });

        var batch = loader.Next();

        var most = few.GroupBy(n => Tiny.Data.Labels[n]).Max(g => g.Count());
        Assert.That(batch.Seeds, Is.EquivalentTo(few));
        Assert.That(batch.Labels.ToArray().GroupBy(y => y).Select(g => g.Count()), Is.All.EqualTo(most));
        Assert.That(batch.Drawn!.Index.ToArray().Select(at => Tiny.Data.Labels[batch.Seeds[at]]), Is.EqualTo(batch.Labels.ToArray()));
    }
}
