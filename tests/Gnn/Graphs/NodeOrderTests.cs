using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class NodeOrderTests
{
    private static readonly (string Name, Func<EdgeList, NodeOrder> Of)[] Kinds =
        [("degree", NodeOrder.ByDegree), ("rcm", NodeOrder.ReverseCuthillMcKee), ("community", NodeOrder.ByCommunity)];

    [Test]
    public void Every_order_is_a_permutation_with_its_inverse_and_changes_no_result([Values(0, 1, 2)] int kind)
    {
        var data = Tiny.Data;
        var order = Kinds[kind].Of(data.Edges);
        var moved = order.Apply(data).Checked();
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 3);

        Assert.That(order.Order.Order(), Is.EqualTo(Enumerable.Range(0, data.Nodes)));
        Assert.That(order.Order.Select(node => order.Place[node]), Is.EqualTo(Enumerable.Range(0, data.Nodes)));
        Assert.That(order.Restore(moved.Labels), Is.EqualTo(data.Labels));
        Assert.That(order.Restore(Logits(model, moved), data.Classes), Is.EqualTo(Logits(model, data)).Within(1e-5));
        Assert.That(moved.Splits[1].Train.Select(k => order.Order[k]), Is.EqualTo(data.Splits[1].Train));
        Assert.That(Kinds[kind].Of(data.Edges).Order, Is.EqualTo(order.Order));
    }

    [Test]
    public void Degrees_fall()
    {
        var order = NodeOrder.ByDegree(new EdgeList(4, [0, 1, 2, 1], [1, 2, 1, 3]));

        Assert.That(order.Order, Is.EqualTo(new[] { 1, 2, 0, 3 }));
    }

    [Test]
    public void Cuthill_McKee_finds_the_band_of_a_shuffled_path_and_of_a_grid()
    {
        EdgeList path = Shuffled(Path(500), 1), grid = Shuffled(Grid(12, 40), 2);

        Assert.That(Bandwidth(path), Is.GreaterThan(100));
        Assert.That(Bandwidth(NodeOrder.ReverseCuthillMcKee(path).Apply(path)), Is.EqualTo(1));
        Assert.That(Bandwidth(NodeOrder.ReverseCuthillMcKee(grid).Apply(grid)), Is.LessThanOrEqualTo(13));
    }

    [Test]
    public void Communities_come_in_runs()
    {
        const int size = 30, communities = 40;
        var rng = new Rng(5);
        List<int> source = [], target = [];
        for (var k = 0; k < size * communities * 6; k++)
        {
            var a = rng.Next(size * communities);
            source.Add(a);
            target.Add(k % 10 == 0 ? rng.Next(size * communities) : a / size * size + rng.Next(size));
        }
        var name = new int[size * communities];
        for (var i = 0; i < name.Length; i++) name[i] = i;
        rng.Shuffle<int>(name);
        var shuffled = new EdgeList(name.Length, [.. source.Select(i => name[i])], [.. target.Select(i => name[i])]);

        var moved = NodeOrder.ByCommunity(shuffled).Apply(shuffled);

        Assert.That(Near(shuffled), Is.LessThan(0.2));
        Assert.That(Near(moved), Is.GreaterThan(0.8), "nine of ten edges are within a community");
        double Near(EdgeList edges) => Enumerable.Range(0, edges.Count).Count(k => Math.Abs(edges.Source[k] - edges.Target[k]) < 2 * size) / (double)edges.Count;
    }

    [Test]
    public void Graphs_without_edges_and_with_loops_only_keep_all_nodes([Values(0, 1, 2)] int kind)
    {
        Assert.That(Kinds[kind].Of(new EdgeList(3, [], [])).Order, Is.EquivalentTo(new[] { 0, 1, 2 }));
        Assert.That(Kinds[kind].Of(new EdgeList(3, [1, 1], [1, 1])).Order, Is.EquivalentTo(new[] { 0, 1, 2 }));
        Assert.That(Kinds[kind].Of(new EdgeList(0, [], [])).Order, Is.Empty);
    }

    [Test]
    public void What_is_no_permutation_is_refused()
    {
        Assert.That(() => new NodeOrder([0, 2, 2]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("node 2 at place 2"));
        Assert.That(() => NodeOrder.ByDegree(Path(3)).Apply(Path(4)), Throws.TypeOf<ShapeException>().With.Message.Contains("edges of 4 nodes"));
    }

    private static float[] Logits(NodeClassifier model, NodeDataset data)
    {
        using var task = new NodeTask(TestDevices.Cpu, data);
        using var tape = Tape.Infer(TestDevices.Cpu);
        return model.Forward(task.Graph, tape.Input(task.Features)).ToArray();
    }

    private static EdgeList Path(int nodes) => new(nodes, [.. Enumerable.Range(0, nodes - 1)], [.. Enumerable.Range(1, nodes - 1)]);

    private static EdgeList Grid(int width, int length)
    {
        List<int> source = [], target = [];
        for (var i = 0; i < width * length; i++)
        {
            if (i % width + 1 < width) (source, target) = ([.. source, i], [.. target, i + 1]);
            if (i + width < width * length) (source, target) = ([.. source, i], [.. target, i + width]);
        }
        return new(width * length, [.. source], [.. target]);
    }

    private static EdgeList Shuffled(EdgeList edges, ulong seed)
    {
        int[] name = [.. Enumerable.Range(0, edges.Nodes)];
        new Rng(seed).Shuffle<int>(name);
        return new(edges.Nodes, Array.ConvertAll(edges.Source, i => name[i]), Array.ConvertAll(edges.Target, i => name[i]));
    }

    private static int Bandwidth(EdgeList edges) => Enumerable.Range(0, edges.Count).Max(k => Math.Abs(edges.Source[k] - edges.Target[k]));
}
