using CsCheck;
using GraphTune.Engine;
using GraphTune.Gnn.Pretrain;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class NodePairsTests
{
    [Test]
    public void Joined_pairs_are_the_edges_and_others_are_distinct_pairs_of_one_graph_without() => Gen.ULong[1, 10_000].Sample(seed =>
    {
        var data = DrawnGraphs.Data(seed);
        int[] graphs = [2, 4, 0, 3];

        var drawn = NodePairs.Draw(data, graphs, int.MaxValue, new Rng(seed, 5));

        var plain = data.Subset(graphs);
        var edges = (from g in Enumerable.Range(0, plain.Graphs)
                     from k in Enumerable.Range(plain.EdgeStart[g], plain.EdgeStart[g + 1] - plain.EdgeStart[g])
                     where plain.Source[k] < plain.Target[k]
                     select (plain.NodeStart[g] + plain.Source[k], plain.NodeStart[g] + plain.Target[k])).ToArray();
        Assert.That(drawn.Joined, Is.EquivalentTo(edges));
        Assert.That(drawn.Apart, Is.Unique.And.All.Matches<(int A, int B)>(p => p.A < p.B && !edges.Contains(p)));
        for (var g = 0; g < plain.Graphs; g++)
        {
            var (first, end) = (plain.NodeStart[g], plain.NodeStart[g + 1]);
            bool Inside((int A, int B) pair) => pair.A >= first && pair.A < end;
            Assert.That(drawn.Apart.Where(Inside), Is.All.Matches<(int A, int B)>(p => p.B < end));
            var (joined, nodes) = (edges.Count(Inside), end - first);
            Assert.That(drawn.Apart.Count(Inside), Is.EqualTo(Math.Min(joined, nodes * (nodes - 1) / 2 - joined)));
        }
    }, iter: 100, threads: 1);

    [Test]
    public void No_more_are_drawn_than_asked_for_and_none_twice()
    {
        var data = DrawnGraphs.Data(3, graphs: 5, most: 14, least: 10);

        var drawn = NodePairs.Draw(data, [0, 1, 2, 3, 4], 7, new Rng(1));

        Assert.That(drawn.Joined, Has.Length.EqualTo(7).And.Unique);
        Assert.That(drawn.Apart, Has.Length.EqualTo(7).And.Unique);
        Assert.That(NodePairs.Draw(data, [0, 1, 2, 3, 4], 7, new Rng(2)).Joined, Is.Not.EqualTo(drawn.Joined));
    }
}
