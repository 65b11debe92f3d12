using CsCheck;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Pretrain;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ContextPairsTests
{
    [Test]
    public void Hops_are_those_of_Floyd_and_Warshall() => Gen.ULong[1, 10_000].Sample(seed =>
    {
        var data = DrawnGraphs.Data(seed);
        for (var g = 0; g < data.Graphs; g++)
        {
            var wanted = DrawnGraphs.Distances(data, g);
            for (var root = 0; root < wanted.GetLength(0); root++)
            {
                var hops = Hops.To(data, g, root);
                for (var i = 0; i < hops.Length; i++) Assert.That(hops[i], Is.EqualTo(wanted[i, root] < 1_000_000 ? wanted[i, root] : Hops.Unreached));
            }
        }
    }, iter: 60, threads: 1);

    [Test]
    public void Hops_follow_the_edges_towards_the_root()
    {
        var chain = DrawnGraphs.Data(1, graphs: 1, most: 4, least: 3) with { EdgeStart = [0, 2], Source = [0, 1], Target = [1, 2], EdgeCodes = null };

        Assert.That(Hops.To(chain, 0, 2), Is.EqualTo(new[] { 2, 1, 0 }));
        Assert.That(Hops.To(chain, 0, 0), Is.EqualTo(new[] { 0, Hops.Unreached, Hops.Unreached }));
    }

    [Test]
    public void Neighbourhoods_contexts_and_anchors_are_what_distances_say() =>
        Gen.Select(Gen.ULong[1, 10_000], Gen.Int[1, 4], Gen.Int[0, 3], Gen.Int[1, 4]).Where((_, k, from, _) => from < k).Sample((seed, k, from, width) =>
    {
        var data = DrawnGraphs.Data(seed, graphs: 6);
        var options = new ContextPrediction { Neighbourhood = k, ContextFrom = from, ContextTo = from + width };
        int[] graphs = [4, 1, 0, 5, 2];

        var drawn = ContextPairs.Draw(data, graphs, options, new Rng(seed, 7));

        var rng = new Rng(seed, 7);
        int pair = 0, anchor = 0;
        foreach (var g in graphs)
        {
            var nodes = data.NodeStart[g + 1] - data.NodeStart[g];
            if (nodes == 0) continue;
            var centre = rng.Next(nodes);
            var hops = DrawnGraphs.Distances(data, g);
            int[] near = [.. Enumerable.Range(0, nodes).Where(i => hops[i, centre] <= k)], far = [.. Enumerable.Range(0, nodes).Where(i => hops[i, centre] > from && hops[i, centre] <= from + width)];
            if (far.Length == 0) continue;
            Same(drawn.Neighbourhoods, pair, data, g, near);
            Same(drawn.Contexts, pair, data, g, far);
            Assert.That(drawn.Centres[pair], Is.EqualTo(drawn.Neighbourhoods.NodeStart[pair] + Array.IndexOf(near, centre)));
            foreach (var node in near.Intersect(far))
            {
                Assert.That(drawn.ContextOfAnchor[anchor], Is.EqualTo(pair));
                Assert.That(drawn.Anchors[anchor++], Is.EqualTo(drawn.Contexts.NodeStart[pair] + Array.IndexOf(far, node)));
            }
            pair++;
        }
        Assert.That((pair, anchor), Is.EqualTo((drawn.Count, drawn.Anchors.Length)));
    }, iter: 200, threads: 1);

    // The part's nodes, and every edge between two of them with its bond.
    private static void Same(GraphDataset parts, int part, GraphDataset data, int graph, int[] nodes)
    {
        var first = parts.NodeStart[part];
        Assert.That(parts.NodeCodes!.Values[(2 * first)..(2 * parts.NodeStart[part + 1])], Is.EqualTo(nodes.SelectMany(i => data.NodeCodes!.Values[(2 * (data.NodeStart[graph] + i))..(2 * (data.NodeStart[graph] + i) + 2)])));
        var wanted = Edges(data, graph).Where(e => nodes.Contains(e.Source) && nodes.Contains(e.Target)).Select(e => (Array.IndexOf(nodes, e.Source), Array.IndexOf(nodes, e.Target), e.Bond));
        Assert.That(Edges(parts, part), Is.EqualTo(wanted));
    }

    private static IEnumerable<(int Source, int Target, int Bond)> Edges(GraphDataset data, int graph) =>
        Enumerable.Range(data.EdgeStart[graph], data.EdgeStart[graph + 1] - data.EdgeStart[graph]).Select(k => (data.Source[k], data.Target[k], data.EdgeCodes!.Values[2 * k]));
}
