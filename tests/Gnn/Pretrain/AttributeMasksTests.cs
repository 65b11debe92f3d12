using CsCheck;
using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Pretrain;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class AttributeMasksTests
{
    private const int AtomMask = 119, BondMask = 5;

    private static AttributeMasks Draw(GraphDataset data, int[] graphs, float share, ulong seed) =>
        AttributeMasks.Draw(data, graphs, share, AtomMask, BondMask, new Rng(seed, 3));

    [Test]
    public void Of_every_graph_the_share_and_one_more_is_hidden_and_nothing_else_changes() => Gen.Select(Gen.ULong[1, 10_000], Gen.Float[0f, 1f]).Sample((seed, share) =>
    {
        var data = DrawnGraphs.Data(seed);
        int[] graphs = [3, 0, 4, 1];

        var drawn = Draw(data, graphs, share, seed);

        var (plain, masked) = (data.Subset(graphs), drawn.Masked);
        var hidden = drawn.Nodes.ToHashSet();
        for (var g = 0; g < plain.Graphs; g++)
        {
            var nodes = plain.NodeStart[g + 1] - plain.NodeStart[g];
            Assert.That(drawn.Nodes.Count(i => i >= plain.NodeStart[g] && i < plain.NodeStart[g + 1]), Is.EqualTo(Math.Min(nodes, 1 + (int)(share * nodes))));
            for (var k = plain.EdgeStart[g]; k < plain.EdgeStart[g + 1]; k++)
            {
                var gone = hidden.Contains(plain.NodeStart[g] + plain.Source[k]) || hidden.Contains(plain.NodeStart[g] + plain.Target[k]);
                Assert.That(masked.EdgeCodes!.Values[(2 * k)..(2 * k + 2)], Is.EqualTo(gone ? [BondMask, 0] : plain.EdgeCodes!.Values[(2 * k)..(2 * k + 2)]));
            }
        }
        for (var i = 0; i < plain.Nodes; i++)
            Assert.That(masked.NodeCodes!.Values[(2 * i)..(2 * i + 2)], Is.EqualTo(hidden.Contains(i) ? [AtomMask, 0] : plain.NodeCodes!.Values[(2 * i)..(2 * i + 2)]));
        Assert.That(drawn.Classes, Is.EqualTo(drawn.Nodes.Select(i => plain.NodeCodes!.Values[2 * i])));
        Assert.That(masked.Source, Is.EqualTo(plain.Source));
        Assert.That(data.NodeCodes!.Values, Has.None.EqualTo(AtomMask), "the data set itself stays as it is");
    }, iter: 60, threads: 1);

    [Test]
    public void Every_bond_of_a_hidden_atom_is_asked_for_once() => Gen.ULong[1, 10_000].Sample(seed =>
    {
        var data = DrawnGraphs.Data(seed);
        int[] all = [.. Enumerable.Range(0, data.Graphs)];

        var drawn = Draw(data, all, 0.2f, seed);

        var hidden = drawn.Nodes.ToHashSet();
        var wanted = from g in all
                     from k in Enumerable.Range(data.EdgeStart[g], data.EdgeStart[g + 1] - data.EdgeStart[g])
                     let a = data.NodeStart[g] + data.Source[k]
                     let b = data.NodeStart[g] + data.Target[k]
                     where a < b && (hidden.Contains(a) || hidden.Contains(b))
                     select (a, b, data.EdgeCodes!.Values[2 * k]);
        Assert.That(drawn.From.Zip(drawn.To, drawn.EdgeClasses), Is.EquivalentTo(wanted));
    }, iter: 60, threads: 1);

    [Test]
    public void All_nodes_are_hidden_equally_often()
    {
        var data = DrawnGraphs.Data(1, graphs: 1, most: 21, least: 20);
        var often = new int[data.Nodes];
        for (var step = 0u; step < 4000; step++)
            foreach (var node in AttributeMasks.Draw(data, [0], 0.15f, AtomMask, null, new Rng(9, step)).Nodes) often[node]++;

        var expected = 4000.0 * (1 + (int)(0.15f * data.Nodes)) / data.Nodes;

        Assert.That(often, Is.All.EqualTo(expected).Within(5 * Math.Sqrt(expected)));
    }

    [Test]
    public void Hidden_features_are_zeros_and_the_place_of_the_one_is_asked_for()
    {
        var data = TinyGraphs.Data(8);

        var drawn = AttributeMasks.Draw(data, [1, 5], 0.3f, null, null, new Rng(2));

        var plain = data.Subset([1, 5]);
        Assert.That(drawn.Classes, Is.EqualTo(drawn.Nodes.Select(i => plain.NodeCodes!.Values[i])));
        for (var i = 0; i < plain.Nodes; i++)
            Assert.That(drawn.Masked.NodeFeatures!.Dense!.AsSpan(i * TinyGraphs.Kinds, TinyGraphs.Kinds).ToArray().Sum(), Is.EqualTo(drawn.Nodes.Contains(i) ? 0f : 1f));
    }
}
