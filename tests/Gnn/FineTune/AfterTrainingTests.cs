using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>What is made of weights before, during and after training.</summary>
public sealed class AfterTrainingTests
{
    private static FineTuner Quick => new() { Strategy = new Full(1e-2f), Epochs = 4, StepsPerEpoch = 2, Seed = 3 };

    [Test]
    public void The_ends_of_the_line_are_the_start_and_the_tuned_model_bit_for_bit([Values] Scene scene)
    {
        using var model = scene.Model(TestDevices.Cpu);
        using var start = new WeightSnapshot(model);
        var before = model.Sha256();
        scene.Run(Quick, model);
        var after = model.Sha256();
        using var tuned = new WeightSnapshot(model);

        WiseFt.Interpolate(model, start, tuned, alpha: 0f);
        Assert.That(model.Sha256(), Is.EqualTo(before).And.Not.EqualTo(after));
        WiseFt.Interpolate(model, start, tuned, alpha: 0.3f);
        Assert.That(model.Sha256(), Is.Not.EqualTo(before).And.Not.EqualTo(after));
        WiseFt.Interpolate(model, start, tuned, alpha: 1f);
        Assert.That(model.Sha256(), Is.EqualTo(after));
    }

    [Test]
    public void Between_the_ends_weights_lie_on_the_line_and_what_is_left_out_stays_tuned()
    {
        using var model = Scene.Nodes.Model(TestDevices.Cpu);
        using var start = new WeightSnapshot(model);
        var before = Tiny.Values(model);
        Scene.Nodes.Run(Quick, model);
        var after = Tiny.Values(model);
        using var tuned = new WeightSnapshot(model);

        WiseFt.Interpolate(model, start, tuned, alpha: 0.25f, glob: "encoder.*");

        foreach (var (path, got) in Tiny.Values(model).Where(w => !w.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)))
            Assert.That(got, Is.EqualTo(TuningScene.IsHead(path) ? after[path] : [.. before[path].Zip(after[path], (a, b) => a + 0.25f * (b - a))]).Within(1e-6), path);
    }

    [Test]
    public void A_sweep_chooses_on_validation_rows_and_is_never_worse_there([Values] Scene scene)
    {
        using FineTuneModel plain = new(scene), swept = new(scene);

        var without = scene.Run(Quick with { Strategy = new Full(0.1f) }, plain.Model);
        var with = scene.Run(Quick with { Strategy = new Full(0.1f), Interpolate = new() }, swept.Model);

        Assert.That(without.Alpha, Is.Null);
        Assert.That(with.Alpha, Is.InRange(0f, 1f));
        Assert.That(with.WeightsSha256, Is.EqualTo(swept.Model.Sha256()));
        if (with.Alpha == 1f) Assert.That(with.WeightsSha256, Is.EqualTo(without.WeightsSha256));
    }

    [Test]
    public void Without_validation_rows_no_mixture_can_be_chosen()
    {
        using var model = Scene.Nodes.Model(TestDevices.Cpu);
        using var task = new NodeTask(TestDevices.Cpu, Tiny.Data with { Splits = [Tiny.Data.Splits[0] with { Validation = [] }] });

        Assert.That(() => (Quick with { Interpolate = new() }).Run((NodeClassifier)model, task), Throws.ArgumentException.With.Message.Contains("validation"));
    }

    [Test]
    public void The_distance_of_a_frozen_layer_is_zero_and_that_of_the_head_what_its_weights_say()
    {
        using var model = Scene.Nodes.Model(TestDevices.Cpu);
        var before = Tiny.Values(model);

        var report = Scene.Nodes.Run(Quick with { Strategy = new LinearProbe() }, model);

        var after = Tiny.Values(model);
        var head = Math.Sqrt(after.Where(w => TuningScene.IsHead(w.Key)).Sum(w => w.Value.Zip(before[w.Key], (a, b) => ((double)a - b) * ((double)a - b)).Sum()));
        Assert.That(report.Distances.Select(d => d.Layer), Is.EqualTo(new[] { "encoder.0", "encoder.1", "head" }));
        Assert.That(report.Distances.Take(2).Select(d => d.L2), Is.All.Zero);
        Assert.That(report.Distances[2].L2, Is.EqualTo(head).Within(1e-9));
    }

    [Test]
    public void An_average_over_epochs_is_their_mean_and_leaves_the_frozen_as_it_is()
    {
        using var model = Scene.Nodes.Model(TestDevices.Cpu);
        using var task = Tiny.Task(TestDevices.Cpu);
        using var objective = new NodeObjective((NodeClassifier)model, task, new GraphTune.Gnn.Metrics.Accuracy());
        var before = Tiny.Values(model);
        var ends = new List<Dictionary<string, float[]>>();

        new Trainer { Epochs = 4, StepsPerEpoch = 2, Average = WeightAverage.Swa(from: 0.5), Progress = _ => ends.Add(Tiny.Values(model)) }
            .Run(model, epoch => new Surgical(new Full(1e-2f), "encoder.convs.1.*").Groups(model, epoch), tape => objective.Loss(new TrainingStep(tape, model)));

        foreach (var (path, got) in Tiny.Values(model))
        {
            Assert.That(got, Is.EqualTo(ends[2][path].Zip(ends[3][path], (a, b) => (a + b) / 2)).Within(1e-6), path);
            if (path.StartsWith("encoder.convs.0.", StringComparison.Ordinal) || path.Contains("norms")) Assert.That(got, Is.EqualTo(before[path]), path);
        }
    }

    [Test]
    public void An_exponential_average_is_what_is_validated_and_kept([Values] Scene scene)
    {
        using FineTuneModel plain = new(scene), averaged = new(scene);

        var without = scene.Run(Quick, plain.Model);
        var with = scene.Run(Quick with { Average = WeightAverage.Ema(0.9) }, averaged.Model);

        Assert.That(with.WeightsSha256, Is.Not.EqualTo(without.WeightsSha256));
        Assert.That(with.Training.Epochs.Select(e => e.Loss), Is.EqualTo(without.Training.Epochs.Select(e => e.Loss)), "training itself is the same");
        Assert.That(with.Distances.Sum(d => d.L2), Is.LessThan(without.Distances.Sum(d => d.L2) * 1.5));
    }

    [Test]
    public void A_soup_takes_what_does_not_make_it_worse()
    {
        using var model = new Linear(TestDevices.Cpu, 1, 1, new Rng(1), bias: false);
        WeightSnapshot[] runs = [.. new[] { 1f, 3f, 8f }.Select(w => { model.Weight.Write([w]); return new WeightSnapshot(model); })];

        var (taken, score) = GreedySoup.Cook(model, runs, () => -Math.Abs(model.Weight.Item() - 2.2));   // 3 is best alone, 1 joins to 2, 8 would spoil it

        Assert.That(taken, Is.EqualTo(new[] { 1, 0 }));
        Assert.That(model.Weight.Item(), Is.EqualTo(2f).Within(1e-6));
        Assert.That(score, Is.EqualTo(-0.2).Within(1e-6));
        foreach (var run in runs) run.Dispose();
    }

    [Test]
    public void A_rate_finder_gives_the_weights_back_and_finds_where_the_loss_falls([Values] Scene scene)
    {
        using var model = scene.Model(TestDevices.Cpu);
        var before = model.Sha256();
        var tuner = new FineTuner { Strategy = new Full() };
        var finder = new RateFinder { Steps = 40, From = 1e-5f, To = 10f };

        RateSweep sweep;
        if (scene == Scene.Nodes)
        {
            using var task = Tiny.Task(TestDevices.Cpu);
            sweep = tuner.FindRate((NodeClassifier)model, task, finder);
        }
        else
        {
            sweep = tuner.FindRate((GraphTune.Gnn.Models.MolecularPredictor)model, new GraphTask(TestDevices.Cpu, TinyMolecules.Data(80)) { BatchSize = 16 }, finder);
        }

        Assert.That(model.Sha256(), Is.EqualTo(before));
        Assert.That(sweep.Points[0].Rate, Is.EqualTo(1e-5f).Within(1e-10));
        Assert.That(sweep.Suggestion, Is.InRange(1e-5f, 1f));
    }

    private sealed class FineTuneModel(Scene scene) : IDisposable
    {
        public Module Model { get; } = scene.Model(TestDevices.Cpu);

        public void Dispose() => Model.Dispose();
    }
}
