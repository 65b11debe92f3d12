using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Layers;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class KeptSumsTests(Device device)
{
    private const int Nodes = 12, Features = 10, Hidden = 4;

    [TestCase(false)]
    [TestCase(true)]
    public void Sums_of_constant_features_are_made_once_and_to_the_same_bits(bool loops)
    {
        using Graph graph = Small(loops), kept = Small(loops);
        using var x = Any.Tensor(device, new Shape(Nodes, Features));
        kept.KeepSumsOf(x);
        Func<Graph, Var, Var>[] sums = [(g, v) => g.Sum(v), (g, v) => g.Mean(v), (g, v) => g.GcnSum(v), (g, v) => g.GcnSum(v, addSelfLoops: false), (g, v) => g.Aggregate(Aggregation.Mean, v)];

        foreach (var sum in sums)
        {
            float[] plain = Once(graph), first = Once(kept), second = Once(kept);
            Assert.That((first, second), Is.EqualTo((plain, plain)));

            float[] Once(Graph g)
            {
                using var tape = Tape.Infer(device);
                return sum(g, tape.Input(x)).ToArray();
            }
        }
        Assert.That(Sums(() => { using var tape = Tape.Infer(device); foreach (var sum in sums) sum(kept, tape.Input(x)); }), Is.Zero);
    }

    [Test]
    public void What_is_weighted_biased_computed_or_not_declared_is_summed_each_time()
    {
        using var graph = Small();
        using Tensor x = Any.Tensor(device, new Shape(Nodes, Features)), other = Any.Tensor(device, new Shape(Nodes, Features)), b = Any.Tensor(device, new Shape(Features));
        graph.KeepSumsOf(x);

        Assert.That(Sums(() =>
        {
            using var tape = Tape.Infer(device);
            graph.Sum(tape.Input(x), graph.Ones);
            graph.Sum(tape.Input(x), bias: b);
            graph.Sum(tape.Input(x) * 2f);
            graph.Sum(tape.Input(other));
        }), Is.EqualTo(4));
    }

    [Test]
    public void A_first_layer_learns_the_same_with_one_sum_less_in_each_direction([Values("gcn", "sage sum", "sage mean")] string kind)
    {
        var rng = new Rng(seed: 1);
        using GcnConv gcn = new(device, Features, Hidden, rng), gcn2 = new(device, Hidden, 3, rng);
        var aggr = kind == "sage sum" ? Aggregation.Sum : Aggregation.Mean;
        using SageConv sage = new(device, Features, Hidden, rng) { Aggr = aggr }, sage2 = new(device, Hidden, 3, rng) { Aggr = aggr };
        using var x = Any.Tensor(device, new Shape(Nodes, Features));
        using Graph graph = Small(), kept = Small();
        kept.KeepSumsOf(x);
        _ = Step(kept);

        var (plain, sums) = (Array.Empty<float>(), Sums(() => Step(graph)));
        plain = Step(graph);

        Assert.That(Step(kept), Is.EqualTo(plain).Within(2e-5f));
        Assert.That((sums, Sums(() => Step(kept))), Is.EqualTo((4, 2)));

        float[] Step(Graph g)
        {
            Module[] layers = kind == "gcn" ? [gcn, gcn2] : [sage, sage2];
            foreach (var (_, p) in layers.SelectMany(l => l.Parameters)) p.ClearGrad();
            using var tape = Tape.Train(device);
            var input = tape.Input(x);
            var y = kind == "gcn" ? gcn2.Forward(g, gcn.Forward(g, input).Tanh()) : sage2.Forward(g, sage.Forward(g, input).Tanh());
            tape.Backward(y.Sigmoid().Sum());
            return [.. y.ToArray(), .. layers.SelectMany(l => l.Parameters).SelectMany(p => p.Value.Grad.ToArray())];
        }
    }

    [Test]
    public void What_learns_what_is_on_a_tape_and_what_does_not_fit_is_refused()
    {
        using var graph = Small();
        using var p = Any.Parameter(device, new Shape(Nodes, Features));
        using var few = Any.Tensor(device, new Shape(3, Features));
        using var cpu = new CpuDevice(1);
        using var elsewhere = Any.Tensor(cpu, new Shape(Nodes, Features));
        using var tape = Tape.Infer(device);

        Assert.That(() => graph.KeepSumsOf(p), Throws.ArgumentException.With.Message.Contains("learns"));
        Assert.That(() => graph.KeepSumsOf(tape.Input(few)), Throws.ArgumentException.With.Message.Contains("tape"));
        Assert.That(() => graph.KeepSumsOf(few), Throws.TypeOf<ShapeException>().With.Message.Contains("x[12, f]"));
        Assert.That(() => graph.KeepSumsOf(elsewhere), Throws.TypeOf<DeviceException>().With.Message.Contains("but the graph is on"));
    }

    [Test]
    public void Memory_comes_back_with_the_graph()
    {
        using var x = Any.Tensor(device, new Shape(Nodes, Features));
        var before = device.Pool.LiveBytes;
        using (var graph = Small())
        {
            graph.KeepSumsOf(x);
            using var tape = Tape.Infer(device);
            graph.Mean(tape.Input(x));
        }

        Assert.That(device.Pool.LiveBytes, Is.EqualTo(before));
    }

    [Test]
    public void Without_memory_for_them_sums_are_made_each_time_and_to_the_same_bits([Values] bool loops)
    {
        using var cpu = new CpuDevice(1);
        int[] source = [1, 2, 3, .. loops ? new[] { 5 } : []], target = [0, 0, 1, .. loops ? new[] { 5 } : []];
        using Graph graph = Graph.From(cpu, 1000, source, target), rich = Graph.From(cpu, 1000, source, target);
        using var x = Any.Tensor(cpu, new Shape(1000, 100));
        using GcnConv layer = new(cpu, 100, 7, new Rng(seed: 1));
        foreach (var g in new[] { graph, rich }) g.KeepSumsOf(x);
        var expected = Run(rich);

        cpu.MemoryLimit = cpu.Pool.HeldBytes + 2_000_000;   // room for the sum, but not to keep it
        for (var step = 0; step < 2; step++) Assert.That(Run(graph), Is.EqualTo(expected));
        cpu.Trace = new Trace();
        Run(graph);

        Assert.That(cpu.Trace.Lines.Single(l => l.Kernel == "SpMM").Calls, Is.EqualTo(1));

        float[] Run(Graph g)
        {
            using var tape = Tape.Infer(cpu);
            return layer.Forward(g, tape.Input(x)).ToArray();
        }
    }

    [Test]
    public void Sums_of_heads_and_from_one_kind_of_node_to_another_are_kept()
    {
        using var graph = Graph.Bipartite(device, 5, 3, [0, 1, 4, 4], [0, 0, 2, 1]);
        using var x = Any.Tensor(device, new Shape(5, 2, 3));
        graph.KeepSumsOf(x);
        using var tape = Tape.Infer(device);
        var first = graph.Sum(tape.Input(x)).ToArray();

        Assert.That(Sums(() => Assert.That(graph.Sum(tape.Input(x)).ToArray(), Is.EqualTo(first))), Is.Zero);
        Assert.That(first, Has.Length.EqualTo(18));
    }

    [Test]
    public void A_task_of_a_million_edges_keeps_them_and_one_of_few_edges_or_wide_features_does_not()
    {
        var edges = Many(Tiny.Data.Nodes, 1 << 20);

        Assert.That((Keeps(Tiny.Data), Keeps(Tiny.Data with { Edges = edges }), Keeps(Of(256)), Keeps(Of(257))), Is.EqualTo((false, true, true, false)));

        NodeDataset Of(int features) => Tiny.Data with { Edges = edges, Features = new(Tiny.Data.Nodes, features, new float[Tiny.Data.Nodes * features]) };

        static bool Keeps(NodeDataset data)
        {
            using var tape = Tape.Infer(TestDevices.Cpu);
            using var task = new NodeTask(TestDevices.Cpu, data);
            return task.Graph.Keeps(tape.Input(task.Features));
        }

        static EdgeList Many(int nodes, int edges) => new(nodes, [.. Enumerable.Range(0, edges).Select(e => e % nodes)], [.. Enumerable.Range(0, edges).Select(e => e / 7 % nodes)]);
    }

    private Graph Small(bool loops = false) => Graph.From(device, Nodes, [1, 2, 3, 4, 5, 6, 0, 0, 7, 3, .. loops ? new[] { 3 } : []], [0, 0, 1, 1, 2, 2, 3, 8, 8, 9, .. loops ? new[] { 3 } : []]);

    private int Sums(Action step)
    {
        var before = device.Trace;
        device.Trace = new Trace();
        step();
        var count = device.Trace.Lines.Where(l => l.Kernel == "SpMM").Sum(l => l.Calls);
        device.Trace = before;
        return (int)count;
    }
}
