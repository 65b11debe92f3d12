using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class GraphTests
{
    private static readonly Device Cpu = TestDevices.Cpu;

    // 0 → 1, 2 → 1, 1 → 0, 2 → 2, 2 → 1 again; node 3 is alone.
    private static Graph Small() => Graph.From(Cpu, 4, [2, 0, 1, 2, 2], [1, 1, 0, 2, 1]);

    [Test]
    public void Edges_are_held_both_ways_in_canonical_order()
    {
        using var graph = Small();

        Assert.That(graph.In.RowStart.ToArray(), Is.EqualTo(new[] { 0, 1, 4, 5, 5 }));
        Assert.That(graph.In.Column.ToArray(), Is.EqualTo(new[] { 1, 0, 2, 2, 2 }));
        Assert.That(graph.Order, Is.EqualTo(new[] { 2, 1, 0, 4, 3 }));
        Assert.That(graph.Out.Column.ToArray(), Is.EqualTo(new[] { 1, 0, 1, 1, 2 }));
        Assert.That(graph.Out.Edge!.ToArray(), Is.EqualTo(new[] { 1, 0, 2, 3, 4 }));
        Assert.That(graph.ToEdgeList().Target, Is.EqualTo(new[] { 0, 1, 1, 1, 2 }));
    }

    [Test]
    public void Degrees_count_duplicates_and_loops()
    {
        using var graph = Small();

        Assert.That(graph.InDegree.ToArray(), Is.EqualTo(new[] { 1f, 3f, 1f, 0f }));
        Assert.That(graph.OutDegree.ToArray(), Is.EqualTo(new[] { 1f, 1f, 3f, 0f }));
        Assert.That(graph.InverseInDegree.ToArray(), Is.EqualTo(new[] { 1f, 1f / 3, 1f, 0f }));
    }

    [Test]
    public void Attributes_come_along_into_canonical_order()
    {
        using var graph = Small();
        float[] given = [10, 11, 20, 21, 30, 31, 40, 41, 50, 51];
        using var tensor = graph.EdgeTensor(given, width: 2);
        using var raw = Tensor.From(Cpu, new Shape(5, 2), given);
        using var tape = Tape.Infer(Cpu);

        Assert.That(tensor.ToArray(), Is.EqualTo(new float[] { 30, 31, 20, 21, 10, 11, 50, 51, 40, 41 }));
        Assert.That(graph.InCanonicalOrder(tape.Input(raw)).ToArray(), Is.EqualTo(tensor.ToArray()));
    }

    [Test]
    public void Neighbours_are_summed_averaged_and_compared()
    {
        using var graph = Small();
        using var x = Tensor.From(Cpu, new Shape(4, 1), [1, 10, 100, 1000]);
        using var w = Tensor.From(Cpu, new Shape(5), [1, 2, 3, 4, 5]);
        using var tape = Tape.Infer(Cpu);
        var input = tape.Input(x);

        Assert.That(graph.Sum(input).ToArray(), Is.EqualTo(new[] { 10f, 201f, 100f, 0f }));
        Assert.That(graph.Sum(input, w).ToArray(), Is.EqualTo(new[] { 10f, 702f, 500f, 0f }));
        Assert.That(graph.Mean(input).ToArray(), Is.EqualTo(new[] { 10f, 67f, 100f, 0f }));
        Assert.That(graph.Max(input).ToArray(), Is.EqualTo(new[] { 10f, 100f, 100f, 0f }));
        Assert.That(graph.Min(input).ToArray(), Is.EqualTo(new[] { 10f, 1f, 100f, 0f }));
    }

    [Test]
    public void Gcn_weights_are_made_once_for_each_graph()
    {
        using var graph = Small();

        var (looped, weight) = graph.GcnNorm();

        Assert.That(looped.Edges, Is.EqualTo(8));
        Assert.That(graph.GcnNorm().Weight, Is.SameAs(weight));
        Assert.That(graph.WithSelfLoops(), Is.SameAs(looped));
        var r4 = 1 / MathF.Sqrt(4);
        Assert.That(weight.ToArray(), Is.EqualTo(new[] { 0.5f, 1 / MathF.Sqrt(8), 1 / MathF.Sqrt(8), 0.25f, r4, r4, 1f, 1f }).Within(1e-6));
    }

    [Test]
    public void The_normalised_sum_is_that_of_the_normalised_weights([Values] bool loops, [Values] bool add)
    {
        using var graph = loops ? Small() : Graph.From(Cpu, 4, [1, 2, 0, 0], [0, 0, 1, 2]);
        using var x = Any.Tensor(Cpu, new Shape(graph.Nodes, 5));
        using var b = Any.Tensor(Cpu, new Shape(5), seed: 4);
        using var tape = Tape.Infer(Cpu);
        var input = tape.Input(x);
        var (on, weight) = graph.GcnNorm(addSelfLoops: add);

        Assert.That(graph.GcnSum(input, add, b).ToArray(), Is.EqualTo((on.Sum(input, weight) + b).ToArray()).Within(1e-6));
        Assert.That(on.Sum(input, weight, b).ToArray(), Is.EqualTo((on.Sum(input, weight) + b).ToArray()).Within(1e-6));
        Assert.That(graph.Mean(input, bias: b).ToArray(), Is.EqualTo((graph.Mean(input) + b).ToArray()).Within(1e-6));
    }

    [Test]
    public void A_bipartite_graph_has_rows_for_targets_and_columns_for_sources()
    {
        using var graph = Graph.Bipartite(Cpu, sources: 3, targets: 2, source: [2, 0], target: [0, 0]);
        using var x = Tensor.From(Cpu, new Shape(3, 1), [1, 10, 100]);
        using var tape = Tape.Infer(Cpu);

        Assert.That(graph.Sum(tape.Input(x)).ToArray(), Is.EqualTo(new[] { 101f, 0f }));
        Assert.That(() => graph.GcnNorm(), Throws.TypeOf<ShapeException>().With.Message.Contains("bipartite"));
    }

    [Test]
    public void All_memory_goes_back()
    {
        using var cpu = new CpuDevice(1);
        using (var graph = Graph.From(cpu, 4, [2, 0, 1, 2, 2], [1, 1, 0, 2, 1]))
        {
            _ = (graph.GcnNorm(), graph.InDegree, graph.InverseInDegree);
            using var w = Tensor.From(cpu, new Shape(5), [1, 2, 3, 4, 5]);
            using var tape = Tape.Train(cpu);
            _ = graph.GcnNorm(w, tape: tape);
        }

        Assert.That(cpu.Pool.LiveBytes, Is.Zero);
    }
}
