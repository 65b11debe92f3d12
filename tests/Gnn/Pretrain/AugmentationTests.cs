using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Models;
using GraphTune.Gnn.Pretrain;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class AugmentationTests
{
    private static readonly GraphDraft Rings = GraphDraft.Of(TinyGraphs.Data(60), TinyGraphs.Kinds);

    public static IEnumerable<Augmentation> All => [new NodeDropping(0.3f), new EdgeDropping(0.3f), new EdgePerturbation(0.3f), new NodeMasking(0.3f), new FeatureMasking(0.5f), new Subgraph(0.4f)];

    [TestCaseSource(nameof(All))]
    public void Graphs_stay_apart_and_undirected_and_draws_are_the_seeds(Augmentation change)
    {
        var view = change.Apply(Rings, new Rng(7));
        var (graphOfEdge, edges) = (view.GraphOfEdge(), view.Source.Zip(view.Target).ToArray());

        Assert.That(view.Graphs, Is.EqualTo(60));
        Assert.That(view.NodeStart.Zip(view.NodeStart.Skip(1)), Is.All.Matches<(int A, int B)>(s => s.B > s.A));
        Assert.That(edges.Select((e, k) => Within(view, graphOfEdge[k], e.First) && Within(view, graphOfEdge[k], e.Second)), Is.All.True);
        Assert.That(edges.Order(), Is.EqualTo(edges.Select(e => (e.Second, e.First)).Order()));
        Assert.That(change.Apply(Rings, new Rng(7)).Source, Is.EqualTo(view.Source));
        Assert.That(Seen(change.Apply(Rings, new Rng(8))), Is.Not.EqualTo(Seen(view)));

        static bool Within(GraphDraft d, int graph, int node) => node >= d.NodeStart[graph] && node < d.NodeStart[graph + 1];
        static string Seen(GraphDraft d) => $"{string.Join(' ', d.Node)} {string.Join(' ', d.Source)} {string.Join(' ', d.Target)} {string.Join(' ', d.Hidden)} {string.Join(' ', d.HiddenFeatures ?? [])}";
    }

    [Test]
    public void Dropped_nodes_take_their_edges_and_no_others()
    {
        var view = new NodeDropping(0.3f).Apply(Rings, new Rng(3));
        var kept = view.Node.ToHashSet();

        Assert.That(view.Nodes, Is.EqualTo(Enumerable.Range(0, 60).Sum(g => { var n = Rings.NodeStart[g + 1] - Rings.NodeStart[g]; return n - (int)(0.3f * n); })));
        Assert.That(view.Edge, Is.EqualTo(Enumerable.Range(0, Rings.Edges).Where(k => kept.Contains(Rings.Source[k]) && kept.Contains(Rings.Target[k]))));
        Assert.That(view.Source.Select(i => view.Node[i]), Is.EqualTo(view.Edge.Select(k => Rings.Source[k])));
    }

    [Test]
    public void Shares_are_met()
    {
        var edges = (double)Rings.Edges;

        Assert.That(new EdgeDropping(0.3f).Apply(Rings, new Rng(1)).Edges / edges, Is.EqualTo(0.7).Within(0.06));
        Assert.That(new EdgePerturbation(0.3f).Apply(Rings, new Rng(1)).Source.Zip(Rings.Source).Count(s => s.First != s.Second) / edges, Is.EqualTo(0.3).Within(0.06));
        Assert.That(new NodeMasking(0.5f).Apply(Rings, new Rng(1)).Hidden.Count(h => h) / (double)Rings.Nodes, Is.EqualTo(0.47).Within(0.04), "half, rounded down");
    }

    [Test]
    public void A_walk_meets_what_is_connected()
    {
        var view = new Subgraph(0.4f).Apply(Rings, new Rng(2));

        for (var g = 0; g < view.Graphs; g++)
        {
            var met = new HashSet<int> { view.NodeStart[g] };
            for (var round = 0; round < view.Nodes; round++)
                for (var k = view.EdgeStart[g]; k < view.EdgeStart[g + 1]; k++)
                    if (met.Contains(view.Source[k]) && !met.Contains(view.Target[k])) { met.Add(view.Target[k]); round = 0; }
            Assert.That(met, Has.Count.EqualTo(view.NodeStart[g + 1] - view.NodeStart[g]));
        }
    }

    [Test]
    public void A_view_without_changes_is_the_batch_and_masked_nodes_show_nothing()
    {
        var device = TestDevices.Cpu;
        using var data = PretextData.Of(device, DrawnGraphs.Data(seed: 4, graphs: 6, least: 2), batchSize: 6, seed: 1);
        using var encoder = new MolecularEncoder(device, new() { Layers = 2, Width = 8, Dropout = 0f }, new Rng(1));
        using var parts = new StepParts();
        using var tape = Tape.Infer(device);
        var batch = data.Next();
        var views = new GraphViews(data, encoder);

        Assert.That(encoder.Embed(tape, views.Of(batch, [], new Rng(1), parts).Batch).ToArray(), Is.EqualTo(encoder.Embed(tape, batch).ToArray()));
        var masked = views.Of(batch, [new NodeMasking(0.9f)], new Rng(1), parts).Batch.NodeCodes!.ToArray();
        Assert.That(masked.Where((_, k) => k % 2 == 0).Count(code => code == encoder.Options.Atoms - 1), Is.GreaterThan(0.5 * batch.Graph.Nodes));
    }

    [Test]
    public void A_view_of_one_graph_has_the_rows_of_the_nodes_it_kept()
    {
        foreach (var device in TestDevices.All)
        {
            using var task = Tiny.Task(device);
            using var data = PretextData.Of(task.Graph, task.Features);
            using var encoder = new Encoder(device, Tiny.Options().Encoder, new Rng(1));
            using var parts = new StepParts();

            var view = new GraphViews(data, encoder).Of(data.Next(), [new NodeDropping(0.3f), new FeatureMasking(0.5f)], new Rng(1), parts);

            var (x, shown, f) = (task.Features.ToArray(), view.Batch.NodeFeatures!.ToArray(), task.Inputs);
            var zero = Enumerable.Range(0, f).Where(j => Enumerable.Range(0, view.Node.Length).All(i => shown[i * f + j] == 0f)).ToHashSet();
            Assert.That(view.Node, Has.Length.EqualTo(210));
            Assert.That(zero, Has.Count.InRange(5, 19));
            Assert.That(shown, Is.EqualTo(Enumerable.Range(0, view.Node.Length * f).Select(at => zero.Contains(at % f) ? 0f : x[view.Node[at / f] * f + at % f])));
        }
    }
}
