using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class AggregatorTests
{
    private static readonly Device Cpu = TestDevices.Cpu;

    public static IEnumerable<TestCaseData> Aggregators =>
    [
        .. Enum.GetValues<Aggregation>().Select(how => new TestCaseData((Func<Aggregator>)(() => Aggregator.From(how))).SetArgDisplayNames(how.ToString())),
        new TestCaseData((Func<Aggregator>)(() => new VarAggregation())).SetArgDisplayNames("var"),
        new TestCaseData((Func<Aggregator>)(() => new StdAggregation())).SetArgDisplayNames("std"),
        new TestCaseData((Func<Aggregator>)(() => new SoftmaxAggregation(Cpu, 0.7f, learn: true))).SetArgDisplayNames("softmax"),
        new TestCaseData((Func<Aggregator>)(() => new PowerMeanAggregation(Cpu, 1.5f, learn: true))).SetArgDisplayNames("power mean"),
        new TestCaseData((Func<Aggregator>)(() => QuantileAggregation.Median())).SetArgDisplayNames("median"),
    ];

    [TestCaseSource(nameof(Aggregators))]
    public void Gives_the_same_on_a_graph_as_on_the_gathered_groups(Func<Aggregator> make)
    {
        using var aggregator = make();
        using var graph = Graph.From(Cpu, 4, [2, 0, 1, 2, 3], [1, 1, 0, 2, 1]);
        using var sources = RowIndex.From(Cpu, [.. graph.Source], 4);
        using var targets = RowIndex.From(Cpu, graph.ToEdgeList().Target, 4);
        using var x = new Parameter(Cpu, new Shape(4, 3));
        x.Write([.. Any.Values(12).Select(v => v + 1.5f)]);
        using var tape = Tape.Infer(Cpu);

        var onGraph = aggregator.Forward(tape.Input(x), graph).ToArray();
        var onGroups = aggregator.Forward(tape.Input(x).Gather(sources), targets).ToArray();

        Assert.That(onGraph, Is.EqualTo(onGroups).Within(1e-6));
        Assert.That(GradCheck.Error(x, t => aggregator.Forward(t.Input(x), graph), step: 3e-3f), Is.LessThan(2e-3));
        GradCheck.Verify(aggregator.Parameters, t => aggregator.Forward(t.Input(x), graph));
    }

    [Test]
    public void A_set_is_read_in_any_order()
    {
        using var layer = new Set2Set(Cpu, 3, steps: 2, new Rng(1));
        using var sorted = RowIndex.From(Cpu, [0, 0, 2], 3);
        using var mixed = RowIndex.From(Cpu, [2, 0, 0], 3);
        var rows = Any.Values(9);
        using var x = Tensor.From(Cpu, new Shape(3, 3), rows);
        using var y = Tensor.From(Cpu, new Shape(3, 3), [.. rows[6..], .. rows[..6]]);
        using var tape = Tape.Infer(Cpu);

        Assert.That(layer.Forward(tape.Input(x), sorted).ToArray(), Is.EqualTo(layer.Forward(tape.Input(y), mixed).ToArray()).Within(1e-6));
    }
}
