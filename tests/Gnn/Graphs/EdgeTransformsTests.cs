using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class EdgeTransformsTests
{
    private static readonly EdgeList Edges = new(3, [0, 1, 2, 0, 1], [1, 1, 0, 1, 0]);   // 1 → 1 is a loop, 0 → 1 comes twice
    private static readonly float[] Weights = [1, 2, 3, 4, 5];

    [Test]
    public void Loops_are_removed_in_order()
    {
        var result = Edges.RemoveSelfLoops();

        Assert.That(result.Edges.Source, Is.EqualTo(new[] { 0, 2, 0, 1 }));
        Assert.That(result.Apply(Weights), Is.EqualTo(new[] { 1f, 3f, 4f, 5f }));
    }

    [Test]
    public void Remaining_loops_are_added_where_missing()
    {
        var result = Edges.AddRemainingSelfLoops(9f);

        Assert.That(result.Edges.Source, Is.EqualTo(new[] { 0, 2, 0, 1, 0, 1, 2 }));
        Assert.That(result.Apply(Weights), Is.EqualTo(new[] { 1f, 3f, 4f, 5f, 9f, 2f, 9f }));
    }

    [Test]
    public void A_loop_may_be_filled_from_the_edges_into_its_node([Values] bool remaining)
    {
        var result = remaining ? Edges.AddRemainingSelfLoops(Aggregation.Mean) : Edges.AddSelfLoops(Aggregation.Mean);

        var loops = result.Apply(Weights)[^3..];

        Assert.That(loops, Is.EqualTo(new[] { 4f, remaining ? 2f : 7f / 3, 0f }).Within(1e-6));
    }

    [Test]
    public void Replaced_loops_do_not_count_themselves() =>
        Assert.That(Edges.ReplaceSelfLoops(Aggregation.Mean).Apply(Weights)[^3..], Is.EqualTo(new[] { 4f, 2.5f, 0f }));

    [Test]
    public void Equal_edges_are_merged()
    {
        Assert.That(Edges.Coalesce().Edges.Target, Is.EqualTo(new[] { 1, 0, 1, 0 }));
        Assert.That(Edges.Coalesce().Apply(Weights), Is.EqualTo(new[] { 5f, 5f, 2f, 3f }));
        Assert.That(Edges.Coalesce(Aggregation.Max).Apply(Weights), Is.EqualTo(new[] { 4f, 5f, 2f, 3f }));
        Assert.That(Edges.Coalesce(sortByRow: false).Apply(Weights), Is.EqualTo(new[] { 5f, 3f, 5f, 2f }));
    }

    [Test]
    public void Undirected_edges_take_the_attributes_of_both_directions()
    {
        var result = Edges.ToUndirected();

        Assert.That(result.Edges.Source, Is.EqualTo(new[] { 0, 0, 1, 1, 2 }));
        Assert.That(result.Edges.Target, Is.EqualTo(new[] { 1, 2, 0, 1, 0 }));
        Assert.That(result.Apply(Weights), Is.EqualTo(new[] { 10f, 3f, 10f, 4f, 3f }));
    }

    [Test]
    public void On_a_device_gradients_come_along([Values] Aggregation fill, [Values(1, 2)] int width)
    {
        var device = TestDevices.Cpu;
        var result = Edges.AddSelfLoops(fill);
        using var map = result.To(device);
        using var w = new Parameter(device, width == 1 ? new Shape(5) : new Shape(5, width));
        w.Write([.. Enumerable.Range(0, 5 * width).Select(i => 0.5f + 0.3f * i)]);
        using var tape = Tape.Infer(device);

        Assert.That(map.Apply(tape.Input(w)).ToArray(), Is.EqualTo(result.Apply(w.ToArray(), width)).Within(1e-6));
        Assert.That(GradCheck.Error(w, t => map.Apply(t.Input(w))), Is.LessThan(2e-3));
    }

    [Test]
    public void A_constant_fill_reaches_the_device()
    {
        using var map = Edges.AddRemainingSelfLoops(9f, 8f).To(TestDevices.Cpu);
        using var w = Tensor.From(TestDevices.Cpu, new Shape(5, 2), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
        using var tape = Tape.Infer(TestDevices.Cpu);

        Assert.That(map.Apply(tape.Input(w)).ToArray()[^6..], Is.EqualTo(new[] { 9f, 8f, 2f, 2f, 9f, 8f }));
    }
}
