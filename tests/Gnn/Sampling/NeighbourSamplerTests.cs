using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Sampling;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class NeighbourSamplerTests
{
    private static readonly NodeDataset Data = Tiny.Data;

    private static NeighbourSampler Sampler(Device device, int[] fanOut, bool replace = false, ulong seed = 3) =>
        new(device, NeighbourSampler.PatternOf(device, Data.Edges), new() { FanOut = fanOut, Replace = replace, Seed = seed });

    private static int[][] Entries(NeighbourSampler sampler, int[] seeds, uint step)
    {
        var blocks = sampler.Blocks(seeds, step);
        int[][] entries = [.. blocks.Select(b => b.Entry.ToArray())];
        foreach (var block in blocks) block.Dispose();
        return entries;
    }

    [Test]
    public void Fan_outs_are_kept_and_edges_are_those_of_the_graph([Values] bool replace)
    {
        var sampler = Sampler(TestDevices.Cpu, [4, 3], replace);
        int[] seeds = [5, 17, 250, 3];
        var blocks = sampler.Blocks(seeds, step: 1);
        var graph = sampler.Graph;

        Assert.That(blocks[1].Targets, Is.EqualTo(4));
        Assert.That(blocks[1].Sources.Take(4), Is.EqualTo(seeds));
        Assert.That(blocks[0].Targets, Is.EqualTo(blocks[1].Sources.Count));
        Assert.That(blocks[0].Sources.Take(blocks[0].Targets), Is.EqualTo(blocks[1].Sources));
        foreach (var (block, fanOut) in new[] { (blocks[0], 3), (blocks[1], 4) })
        {
            int[] start = block.Graph.In.RowStart.ToArray(), column = block.Graph.In.Column.ToArray();
            Assert.That(block.Sources.Distinct().Count(), Is.EqualTo(block.Sources.Count));
            for (var i = 0; i < block.Targets; i++)
            {
                var node = block.Sources[i];
                var degree = graph.RowStart[node + 1] - graph.RowStart[node];
                Assert.That(start[i + 1] - start[i], Is.EqualTo(degree == 0 ? 0 : replace ? fanOut : Math.Min(fanOut, degree)));
                for (var k = start[i]; k < start[i + 1]; k++)
                {
                    Assert.That(block.Entry[k], Is.InRange(graph.RowStart[node], graph.RowStart[node + 1] - 1));
                    Assert.That(block.Sources[column[k]], Is.EqualTo(graph.Column[block.Entry[k]]));
                }
                if (!replace) Assert.That(block.Entry.Skip(start[i]).Take(start[i + 1] - start[i]), Is.Unique);
            }
            block.Dispose();
        }
    }

    [Test]
    public void Draws_depend_on_seed_and_step_and_not_on_threads_or_company()
    {
        using var one = new CpuDevice(1);
        using var many = new CpuDevice(4);
        int[] seeds = [.. Enumerable.Range(0, 300)];
        var expected = Entries(Sampler(one, [5, 5]), seeds, step: 7);

        Assert.That(Entries(Sampler(many, [5, 5]), seeds, step: 7), Is.EqualTo(expected));
        Assert.That(Entries(Sampler(one, [5, 5]), seeds, step: 8), Is.Not.EqualTo(expected));
        Assert.That(Entries(Sampler(one, [5, 5], seed: 4), seeds, step: 7), Is.Not.EqualTo(expected));
        var alone = Entries(Sampler(one, [5]), [11], step: 7)[0];
        Assert.That(expected[1], Is.SupersetOf(alone));
    }

    // χ² with k − 1 degrees of freedom: mean k − 1, standard deviation √(2(k − 1)); the bound is five deviations up.
    [Test]
    public void Every_edge_is_equally_likely([Values] bool replace, [Values(1, 3, 11)] int fanOut)
    {
        const int degree = 24, steps = 20_000;
        var star = HostCsr.From(degree + 1, degree + 1, new int[degree], [.. Enumerable.Range(1, degree)]);
        var sampler = new NeighbourSampler(TestDevices.Cpu, star, new() { FanOut = [fanOut], Replace = replace, Seed = 9 });
        var count = new long[degree];
        for (var step = 0u; step < steps; step++)
        {
            foreach (var e in sampler.Sample([0], step)[0].Entry) count[e]++;
        }

        var expected = steps * fanOut / (double)degree;
        var variance = replace ? 1.0 : 1 - (fanOut - 1.0) / (degree - 1);   // draws without replacement spread less
        var chiSquare = count.Sum(n => (n - expected) * (n - expected)) / expected / variance;
        Assert.That(chiSquare, Is.LessThan(degree - 1 + 5 * Math.Sqrt(2 * (degree - 1))));
    }

    [Test]
    public void Every_pair_of_edges_is_equally_likely_without_replacement()
    {
        const int degree = 7, pairs = degree * (degree - 1) / 2, steps = 20_000;
        var star = HostCsr.From(degree + 1, degree + 1, new int[degree], [.. Enumerable.Range(1, degree)]);
        var sampler = new NeighbourSampler(TestDevices.Cpu, star, new() { FanOut = [2], Seed = 10 });
        var count = new Dictionary<(int, int), long>();
        for (var step = 0u; step < steps; step++)
        {
            var drawn = sampler.Sample([0], step)[0].Entry;
            count[(drawn[0], drawn[1])] = count.GetValueOrDefault((drawn[0], drawn[1])) + 1;
        }

        var expected = steps / (double)pairs;
        Assert.That(count, Has.Count.EqualTo(pairs));
        Assert.That(count.Values.Sum(n => (n - expected) * (n - expected)) / expected, Is.LessThan(pairs - 1 + 5 * Math.Sqrt(2 * (pairs - 1))));
    }

    [Test]
    public void Wrong_options_and_seeds_are_named()
    {
        Assert.That(() => Sampler(TestDevices.Cpu, []), Throws.TypeOf<InvalidDataException>().With.Message.Contains("fan-out []"));
        Assert.That(() => Sampler(TestDevices.Cpu, [3, -2]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("[3, -2]"));
        Assert.That(() => Sampler(TestDevices.Cpu, [3]).Blocks([4, 4]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("node 4 is given twice"));
        Assert.That(() => Sampler(TestDevices.Cpu, [3]).Blocks([300]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("300 is not between 0 and 299"));
    }

    [Test]
    public void A_sampler_can_be_used_after_a_wrong_seed()
    {
        var sampler = Sampler(TestDevices.Cpu, [3]);
        Assert.That(() => sampler.Blocks([4, 4]), Throws.TypeOf<InvalidDataException>());

        Assert.That(Entries(sampler, [4], step: 0), Is.EqualTo(Entries(Sampler(TestDevices.Cpu, [3]), [4], step: 0)));
    }
}
