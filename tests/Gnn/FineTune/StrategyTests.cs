using GraphTune.Autograd.Ops;
using GraphTune.Gnn;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Metrics;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class StrategyTests
{
    // Without validation, so that the weights at the end are those of the last step.
    private static string[] Moved(IStrategy strategy, int epochs = 1)
    {
        using var task = Tiny.Task(TestDevices.Cpu);
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 1);
        using var objective = new NodeObjective(model, task, new Accuracy());
        var before = Tiny.Values(model);

        new Trainer { Epochs = epochs, StepsPerEpoch = 2 }.Run(model, epoch => strategy.Groups(model, epoch), tape => objective.Loss(new TrainingStep(tape, model)));

        return [.. Tiny.Values(model).Where(w => !w.Value.AsSpan().SequenceEqual(before[w.Key])).Select(w => w.Key)];
    }

    private static string[] All
    {
        get
        {
            using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 1);
            return [.. model.Weights.Select(w => w.Path)];
        }
    }

    private static string[] Below(params string[] parts) => [.. All.Where(path => parts.Any(part => path.StartsWith(part, StringComparison.Ordinal)))];

    [Test]
    public void Full_fine_tuning_moves_everything() => Assert.That(Moved(new Full()), Is.EquivalentTo(All));

    [Test]
    public void A_linear_probe_moves_the_head_and_nothing_else_not_even_the_norms_statistics() =>
        Assert.That(Moved(new LinearProbe()), Is.EquivalentTo(Below("head.")));

    [Test]
    public void Discriminative_rates_move_everything() => Assert.That(Moved(new DiscriminativeRates()), Is.EquivalentTo(All));

    [Test]
    public void Layerwise_decay_moves_everything() => Assert.That(Moved(new LayerwiseDecay()), Is.EquivalentTo(All));

    [TestCase(1, "head.")]
    [TestCase(2, "head.", "encoder.convs.1.", "encoder.norms.1.")]
    [TestCase(3, "")]
    public void Gradual_unfreezing_moves_one_more_layer_each_epoch(int epochs, params string[] parts) =>
        Assert.That(Moved(new GradualUnfreeze(new Full()), epochs), Is.EquivalentTo(Below(parts)));

    [TestCase(99, "head.")]
    [TestCase(100, "")]
    [TestCase(1001, "")]
    public void With_few_labels_the_recipe_freezes_the_encoder(int labels, string part) =>
        Assert.That(Moved(new ByLabelCount(labels)), Is.EquivalentTo(Below(part)));

    [Test]
    public void Layers_go_from_the_head_down_each_slower_by_the_same_factor()
    {
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 1);

        var groups = new LayerwiseDecay(LearningRate: 1f, Decay: 0.5f).Groups(model, epoch: 0).ToArray();

        Assert.That(groups.Select(g => g.Name), Is.EqualTo(new[] { "head", "encoder.1", "encoder.0" }));
        Assert.That(groups.Select(g => g.LearningRate), Is.EqualTo(new[] { 1f, 0.5f, 0.25f }));
    }

    [Test]
    public void More_labels_let_the_encoder_learn_faster()
    {
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 1);
        float Rate(int labels) => new ByLabelCount(labels).Groups(model, 0).Where(g => g.Name == "encoder").Sum(g => g.LearningRate);

        Assert.That(Rate(50), Is.Zero);
        Assert.That(Rate(500), Is.Positive.And.LessThan(Rate(5000)));
    }

    [Test]
    public void The_published_penalty_is_that_of_the_bottom_layer()
    {
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 1);
        using var tape = Autograd.Tape.Train(TestDevices.Cpu);
        var sum = model.Select("encoder.convs.0.*|encoder.norms.0.*").Sum(p => p.Value.ToArray().Sum(w => (double)w * w));

        var penalty = new FirstLayerL2(L2: 0.1f).Penalty(new TrainingStep(tape, model))!;

        Assert.That(penalty.Item(), Is.EqualTo(0.05 * sum).Within(1e-5));
    }
}
