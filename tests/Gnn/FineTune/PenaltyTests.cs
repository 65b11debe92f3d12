using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class PenaltyTests(Device device)
{
    private Parameter Rows(int rows, int columns, ulong seed) => Init.Uniform(device, new Shape(rows, columns), 1f, new Rng(seed));

    [TestCase(4, 7)]
    [TestCase(9, 5)]
    public void Spectral_shrinkage_is_the_sum_of_the_smallest_squared_singular_values(int rows, int columns)
    {
        using var f = Rows(rows, columns, 3);
        var values = f.ToArray();
        var gram = new double[columns * columns];
        for (var i = 0; i < columns; i++)
            for (var j = 0; j < columns; j++)
                for (var r = 0; r < rows; r++) gram[i * columns + j] += (double)values[r * columns + i] * values[r * columns + j];
        var expected = SymmetricEigen.Decompose(gram, columns).Values.Skip(Math.Max(0, columns - rows)).Take(2).Sum();

        using var tape = Tape.Infer(device);

        Assert.That(Bss.SquaredSmallest(tape.Input(f), 2).Item(), Is.EqualTo(expected).Within(1e-4));
        Assert.That(GradCheck.Error(f, t => Bss.SquaredSmallest(t.Input(f), 2)), Is.LessThan(5e-3));
    }

    [Test]
    public void A_probe_with_an_L2_pulls_the_head_alone()
    {
        using var model = new NodeClassifier(device, Tiny.Options(ConvolutionKind.Gcn, HeadKind.Linear), seed: 1);
        using var tape = Tape.Train(device);

        var penalty = new LinearProbe(L2: 0.5f).Penalty(new TrainingStep(tape, model))!;
        tape.Backward(penalty);

        var head = model.Select("head.*").Select(p => p.Value).ToArray();
        Assert.That(penalty.Item(), Is.EqualTo(head.Sum(p => p.ToArray().Sum(w => 0.25 * w * w))).Within(1e-5));
        foreach (var p in head) Assert.That(p.Grad.ToArray(), Is.EqualTo(p.ToArray().Select(w => 0.5f * w)).Within(1e-6));
        Assert.That(model.Select("encoder.*").Where(p => p.Value.HasGrad), Is.Empty);
    }

    [Test]
    public void Distance_of_feature_maps_has_the_gradient_of_its_formula()
    {
        using Parameter h = Rows(6, 4, 1), start = Rows(6, 4, 2);
        start.Tracks = false;
        double expected = h.ToArray().Zip(start.ToArray(), (a, b) => 0.5 * (a - b) * (a - b)).Sum() / 6;
        using var tape = Tape.Infer(device);

        Assert.That(Delta.Distance(tape.Input(h), tape.Input(start)).Item(), Is.EqualTo(expected).Within(1e-5));
        Assert.That(GradCheck.Error(h, t => Delta.Distance(t.Input(h), t.Input(start))), Is.LessThan(1e-3));
    }

    [Test]
    public void Transport_costs_nothing_at_the_start_where_mass_may_stay_and_its_gradient_is_right_for_a_fixed_plan()
    {
        var edges = new EdgeList(5, [0, 1, 1, 2, 3], [1, 0, 2, 1, 2]);
        using var graph = Graph.From(device, edges);
        using Parameter h = Rows(5, 6, 1), start = Rows(5, 6, 2);
        start.Tracks = false;
        using var tape = Tape.Infer(device);
        var at = EdgeCosines.Of(graph, tape.Input(start), tape.Input(start));
        var cosines = EdgeCosines.Of(graph, tape.Input(start), tape.Input(h));
        var plan = EdgeTransport.Plan(graph.ToEdgeList(), cosines.Costs(), epsilon: 0.1, iterations: 50);

        Assert.That(at.Cost(EdgeTransport.Plan(graph.ToEdgeList(), at.Costs(), epsilon: 0.01, iterations: 50)).Item(), Is.LessThan(0.01f));
        Assert.That(GradCheck.Error(h, t => EdgeCosines.Of(graph, t.Input(start), t.Input(h)).Cost(plan)), Is.LessThan(2e-3));
    }

    [Test]
    public void A_transport_plan_has_uniform_ends()
    {
        var edges = new EdgeList(4, [0, 1, 2, 3, 0], [1, 2, 3, 0, 2]);
        var rng = new Rng(4);
        double[] cost = [.. Enumerable.Range(0, 9).Select(_ => 2.0 * rng.NextSingle())];

        var plan = EdgeTransport.Plan(edges, cost, epsilon: 0.1, iterations: 500);

        for (var i = 0; i < 4; i++)
        {
            var mine = plan[5 + i];
            Assert.That(mine + Enumerable.Range(0, 5).Where(e => edges.Target[e] == i).Sum(e => plan[e]), Is.EqualTo(0.25).Within(1e-6), "into");
            Assert.That(mine + Enumerable.Range(0, 5).Where(e => edges.Source[e] == i).Sum(e => plan[e]), Is.EqualTo(0.25).Within(1e-6), "out of");
        }
    }

    [Test]
    public void Adapters_prompts_and_low_rank_parts_have_the_gradients_of_their_formulas()
    {
        using var x = Rows(12, 6, 5);
        using var adapter = new Adapter(device, 6, 4, bottleneck: 3, new Rng(1));
        using var prompt = new Prompt(device, 3, 6, new Rng(2));
        using var map = new Linear(device, 6, 4, new Rng(3));
        map.AddLora(2, scale: 2f, new Rng(4));
        foreach (var (i, (_, p)) in adapter.Parameters.Concat(prompt.Parameters).Concat(map.Parameters).Index())   // away from zeros
            p.Write([.. p.ToArray().Select((v, k) => v + 0.3f * MathF.Sin(i + 1.7f * k))]);

        GradCheck.Verify(adapter.Parameters, tape => adapter.Forward(tape.Input(x)), tolerance: 2e-2);
        GradCheck.Verify(prompt.Parameters, tape => prompt.Forward(tape.Input(x)));
        GradCheck.Verify(map.Parameters, tape => map.Forward(tape.Input(x)));
    }

    [Test]
    public void L2_SP_pulls_the_encoder_to_its_start_and_leaves_the_head_to_the_inner_strategy()
    {
        using var model = new NodeClassifier(device, Tiny.Options(), seed: 1);

        var groups = new L2Sp(new Full(WeightDecay: 0.02f), Strength: 0.3f).Groups(model, 0).ToArray();

        Assert.That(groups.Select(g => (g.DecaysToStart, g.WeightDecay)), Is.EqualTo(new[] { (false, 0.02f), (true, 0.3f) }));
        Assert.That(groups[0].Parameters.Select(p => p.Path), Is.EqualTo(ModelParts.Of(model).Head.Select(p => p.Path)));
        Assert.That(groups[1].Parameters.Select(p => p.Path), Is.EqualTo(ModelParts.Of(model).Encoder.Select(p => p.Path)));
    }
}
