using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Models;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class EmbeddedGraphsTests
{
    private static readonly Device Cpu = TestDevices.Cpu;

    [Test]
    public void Runs_give_what_all_graphs_at_once_give([Values(1, 7, 40)] int nodes)
    {
        var graphs = PlainGraph.From(TinyGraphs.Data(50));
        using var encoder = new Encoder(Cpu, new() { Inputs = (int)graphs.Nodes.Shape[1], Hidden = 8, Norm = NormKind.Batch }, new Rng(1));

        var (whole, runs) = (EmbeddedGraphs.Of(encoder, Cpu, graphs), EmbeddedGraphs.Of(encoder, Cpu, graphs, nodes));

        Assert.That(graphs.Runs(nodes).Count(), Is.GreaterThan(1));
        Assert.That(runs.Nodes, Is.EqualTo(whole.Nodes).Within(1e-6));
        Assert.That(runs.Graphs, Is.EqualTo(whole.Graphs).Within(1e-6));
    }

    [Test]
    public void Graphs_that_do_not_lie_apart_are_one_run()
    {
        var graph = new PlainGraph(new EdgeList(4, [0, 1], [1, 2]), HostTensor.Of("x", [4, 1], new float[4]), null, [0, 0, 1, 1], 2, "here");

        Assert.That(graph.Runs(2), Is.EqualTo(new[] { graph }));
        Assert.That((graph with { Batch = [1, 0, 1, 0] }).Runs(2).Count(), Is.EqualTo(1));
        Assert.That((graph with { Edges = new EdgeList(4, [0, 3], [1, 2]) }).Runs(2).Select(run => (run.Edges.Nodes, run.Edges.Source[0], run.Edges.Target[0])), Is.EqualTo(new[] { (2, 0, 1), (2, 1, 0) }));
    }
}
