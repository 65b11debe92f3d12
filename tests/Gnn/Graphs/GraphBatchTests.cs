using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class GraphBatchTests(Device device)
{
    private static readonly GraphDataset Data = TinyGraphs.Data(12);

    [Test]
    public void A_batch_equals_the_graph_built_from_all_its_edges()
    {
        int[] ids = [7, 2, 2, 11];
        using var batch = GraphBatch.From(device, Data, ids);
        var (source, target, kinds) = Joined(ids);
        using var graph = Graph.From(device, batch.Graph.Nodes, source, target);

        Assert.That(batch.Graph.In.RowStart.ToArray(), Is.EqualTo(graph.In.RowStart.ToArray()));
        Assert.That(batch.Graph.In.Column.ToArray(), Is.EqualTo(graph.In.Column.ToArray()));
        Assert.That(batch.Graph.Out.RowStart.ToArray(), Is.EqualTo(graph.Out.RowStart.ToArray()));
        Assert.That(batch.Graph.Out.Column.ToArray(), Is.EqualTo(graph.Out.Column.ToArray()));
        Assert.That(batch.Graph.Out.Edge!.ToArray(), Is.EqualTo(graph.Out.Edge!.ToArray()));
        Assert.That(batch.EdgeCodes!.ToArray(), Is.EqualTo(graph.Order.Select(e => kinds[e])));
        Assert.That(batch.Graph.InDegree.ToArray(), Is.EqualTo(graph.InDegree.ToArray()));
        Assert.That(batch.Graph.Order, Is.EqualTo(Enumerable.Range(0, batch.Graph.Edges)));
    }

    [Test]
    public void Attributes_and_labels_come_along()
    {
        using var batch = GraphBatch.From(device, Data, 5, 3);
        int[] nodes = [.. Nodes(5), .. Nodes(3)];

        Assert.That(batch.NodeCodes!.ToArray(), Is.EqualTo(nodes.Select(i => Data.NodeCodes!.Values[i])));
        Assert.That(batch.NodeFeatures!.ToArray(), Is.EqualTo(nodes.SelectMany(i => Data.NodeFeatures!.Dense![(i * TinyGraphs.Kinds)..((i + 1) * TinyGraphs.Kinds)])));
        Assert.That(batch.Labels.ToArray(), Is.EqualTo(new[] { Data.Labels[10], Data.Labels[11], Data.Labels[6], Data.Labels[7] }));
        Assert.That(batch.GraphOfNode.Index.ToArray(), Is.EqualTo(Nodes(5).Select(_ => 0).Concat(Nodes(3).Select(_ => 1))));
    }

    [Test]
    public void Read_outs_agree_with_those_by_a_sorted_index([Values(Aggregation.Sum, Aggregation.Mean, Aggregation.Max)] Aggregation how)
    {
        using var batch = GraphBatch.From(device, Data, 1, 4, 0);
        using var index = RowIndex.From(device, batch.GraphOfNode.Index.ToArray(), 3);
        using var x = Any.Parameter(device, new Shape(batch.Graph.Nodes, 5));
        using var tape = Tape.Train(device);

        var y = tape.Input(x).Segment(how, batch.GraphOfNode);

        Assert.That(y.ToArray(), Is.EqualTo(tape.Input(x).Segment(how, index).ToArray()));
        tape.Backward((y * y).Sum());
        var grad = x.Grad.ToArray();
        x.ClearGrad();
        using var other = Tape.Train(device);
        var z = other.Input(x).Segment(how, index);
        other.Backward((z * z).Sum());
        Assert.That(grad, Is.EqualTo(x.Grad.ToArray()));
    }

    [Test]
    public void What_is_made_of_a_batch_is_made_once_and_goes_with_it()
    {
        var live = device.Pool.LiveBytes;
        var batch = GraphBatch.From(device, Data, 1, 4, 0);

        var part = batch.Once("ones", b => new Tensor(device, new Shape(b.Graphs)));

        Assert.That(batch.Once("ones", b => new Tensor(device, new Shape(b.Graphs))), Is.SameAs(part));
        batch.Dispose();
        Assert.That(device.Pool.LiveBytes, Is.EqualTo(live));
    }

    private static int[] Nodes(int g) => [.. Enumerable.Range(Data.NodeStart[g], Data.NodeStart[g + 1] - Data.NodeStart[g])];

    private static (int[] Source, int[] Target, int[] Kinds) Joined(int[] ids)
    {
        List<int> source = [], target = [], kinds = [];
        var first = 0;
        foreach (var g in ids)
        {
            for (var k = Data.EdgeStart[g]; k < Data.EdgeStart[g + 1]; k++)
            {
                source.Add(first + Data.Source[k]);
                target.Add(first + Data.Target[k]);
                kinds.Add(Data.EdgeCodes!.Values[k]);
            }
            first += Data.NodeStart[g + 1] - Data.NodeStart[g];
        }
        return ([.. source], [.. target], [.. kinds]);
    }
}
