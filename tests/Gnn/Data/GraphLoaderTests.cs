using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class GraphLoaderTests
{
    private static readonly GraphDataset Data = TinyGraphs.Data(50);
    private static readonly int[] Some = [.. Enumerable.Range(10, 35)];

    private static int[][] Pass(GraphLoader loader) => [.. Enumerable.Range(0, loader.Batches).Select(_ => loader.Next().Ids.ToArray())];

    [Test]
    public void A_pass_gives_each_graph_once_and_passes_differ()
    {
        using var device = new CpuDevice(2);
        using var loader = new GraphLoader(device, Data, Some, new() { BatchSize = 8, Seed = 3 });
        int[][] first = Pass(loader), second = Pass(loader);

        Assert.That(loader.Batches, Is.EqualTo(5));
        Assert.That(first.SelectMany(b => b), Is.EquivalentTo(Some));
        Assert.That(second.SelectMany(b => b), Is.EquivalentTo(Some));
        Assert.That(second.SelectMany(b => b), Is.Not.EqualTo(first.SelectMany(b => b)));
    }

    [Test]
    public void Same_seed_same_batches_whatever_the_threads_and_the_batches_ahead()
    {
        using var one = new CpuDevice(1);
        using var two = new CpuDevice(3);
        using var a = new GraphLoader(one, Data, Some, new() { BatchSize = 8, Seed = 3, Ahead = 1 });
        using var b = new GraphLoader(two, Data, Some, new() { BatchSize = 8, Seed = 3, Ahead = 7 });
        using var c = new GraphLoader(two, Data, Some, new() { BatchSize = 8, Seed = 4 });

        for (var pass = 0; pass < 3; pass++) Assert.That(Pass(a), Is.EqualTo(Pass(b)));
        Assert.That(Pass(c), Is.Not.EqualTo(Pass(a)));
    }

    [Test]
    public void Without_shuffling_graphs_come_as_given_and_a_short_batch_can_be_left_out()
    {
        using var device = new CpuDevice(1);
        using var loader = new GraphLoader(device, Data, Some, new() { BatchSize = 8, Shuffle = false, DropLast = true });

        Assert.That(loader.Batches, Is.EqualTo(4));
        Assert.That(Pass(loader).SelectMany(b => b), Is.EqualTo(Some[..32]));
        Assert.That(Pass(loader).SelectMany(b => b), Is.EqualTo(Some[..32]));
    }

    [Test]
    public void Buffers_are_used_again_and_go_back()
    {
        using var device = new CpuDevice(2);
        using (var loader = new GraphLoader(device, Data, Some, new() { BatchSize = 8 }))
        {
            for (var i = 0; i < 100; i++) Step(device, loader);
            var misses = device.Pool.Misses;
            for (var i = 0; i < 300; i++) Step(device, loader);
            Assert.That(device.Pool.Misses - misses, Is.LessThan(8), "of some 5,000 requests");
        }

        Assert.That(device.Pool.LiveBytes, Is.Zero);
    }

    [Test]
    public void No_graphs_and_no_full_batch_are_refused()
    {
        Assert.That(() => new GraphLoader(TestDevices.Cpu, Data, []), Throws.TypeOf<InvalidDataException>().With.Message.Contains("0 graphs make no batch"));
        Assert.That(() => new GraphLoader(TestDevices.Cpu, Data, Some, new() { BatchSize = 64, DropLast = true }), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => new GraphLoader(TestDevices.Cpu, Data, Some, new() { BatchSize = 0 }), Throws.TypeOf<InvalidDataException>().With.Message.Contains("at least 1"));
    }

    private static void Step(Device device, GraphLoader loader)
    {
        loader.Next();
        Tape.Infer(device).Dispose();
    }
}
