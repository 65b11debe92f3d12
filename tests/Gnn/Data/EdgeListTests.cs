using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class EdgeListTests
{
    [Test]
    public void Undirected_gives_both_directions_once_sorted_by_target()
    {
        var edges = new EdgeList(4, [2, 0, 0, 1, 3], [0, 2, 1, 0, 3]);

        var undirected = edges.Undirected();

        Assert.That(undirected.Source, Is.EqualTo(new[] { 1, 2, 0, 0 }));
        Assert.That(undirected.Target, Is.EqualTo(new[] { 0, 0, 1, 2 }));
    }

    [Test]
    public void Undirected_keeps_a_loop_once_when_asked()
    {
        var edges = new EdgeList(2, [1, 1], [1, 1]);

        Assert.That(edges.Undirected(keepLoops: true).Count, Is.EqualTo(1));
        Assert.That(edges.Undirected().Count, Is.Zero);
    }

    [Test]
    public void A_loop_at_node_0_alone_is_kept_when_asked() =>
        Assert.That(new EdgeList(1, [0], [0]).Undirected(keepLoops: true).Count, Is.EqualTo(1));

    [Test]
    public void The_largest_component_ignores_direction_and_order()
    {
        var edges = new EdgeList(7, [6, 4, 1, 2], [4, 2, 0, 2]);

        Assert.That(edges.LargestComponent(), Is.EqualTo(new[] { 2, 4, 6 }));
        Assert.That(new EdgeList(3, [], []).LargestComponent(), Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void Kept_nodes_are_counted_anew_and_keep_the_edges_among_them()
    {
        var kept = new EdgeList(5, [0, 4, 2, 1], [4, 2, 4, 0]).Keep([2, 4]);

        Assert.That((kept.Nodes, kept.Source, kept.Target), Is.EqualTo((2, new[] { 1, 0 }, new[] { 0, 1 })));
    }
}
