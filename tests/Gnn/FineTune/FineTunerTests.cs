using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class FineTunerTests
{
    private static FineTuneReport Run(FineTuner tuner, ClassifierOptions options, Device device, out string sha, ulong seed = 1)
    {
        using var task = Tiny.Task(device);
        using var model = new NodeClassifier(device, options, seed);
        var report = (tuner with { Seed = seed }).Run(model, task);
        sha = model.Sha256();
        return report;
    }

    private static FineTuner Quick => new() { Strategy = new Full(1e-2f), Epochs = 10, StepsPerEpoch = 2 };

    [Test]
    public void Same_seed_same_bits_over_runs_and_thread_counts([Values] ConvolutionKind convolution)
    {
        var hashes = new List<string>();
        foreach (var threads in new[] { 1, 1, 1, 2, 4 })
        {
            using var device = new CpuDevice(threads);
            Run(Quick with { Epochs = 20, StepsPerEpoch = 1 }, Tiny.Options(convolution), device, out var sha);
            hashes.Add(sha);
        }

        Assert.That(hashes.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Another_seed_gives_other_bits()
    {
        Run(Quick, Tiny.Options(), TestDevices.Cpu, out var one, seed: 1);
        Run(Quick, Tiny.Options(), TestDevices.Cpu, out var two, seed: 2);

        Assert.That(two, Is.Not.EqualTo(one));
    }

    [Test]
    public void It_learns([Values] ConvolutionKind convolution, [Values] HeadKind head)
    {
        var report = Run(Quick with { Epochs = 15, StepsPerEpoch = 4 }, Tiny.Options(convolution, head), TestDevices.Cpu, out _);

        Assert.That(report.Test, Is.GreaterThan(0.5), "chance is 0.25");
        Assert.That(report.Training.Epochs[^1].Loss, Is.LessThan(report.Training.Epochs[0].Loss));
    }

    [Test]
    public void The_report_names_the_weights_that_the_model_has()
    {
        var report = Run(Quick, Tiny.Options(), TestDevices.Cpu, out var sha);

        Assert.That(report.WeightsSha256, Is.EqualTo(sha));
        Assert.That(report.Validation, Is.EqualTo(report.Training.Epochs.Max(e => e.Validation)));
        Assert.That(report.BestEpoch, Is.EqualTo(report.Training.Epochs.First(e => e.Validation == report.Validation).Epoch));
    }

    [Test]
    public void A_frozen_encoder_is_run_once_and_gives_what_it_would_give_each_time()
    {
        using var task = Tiny.Task(TestDevices.Cpu);
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 1);
        var report = (Quick with { Strategy = new LinearProbe() }).Run(model, task);

        foreach (var (_, p) in model.Parameters) p.Tracks = true;   // nothing is kept any more
        using var objective = new NodeObjective(model, task, new GraphTune.Gnn.Metrics.Accuracy());

        Assert.That(objective.Score(task.Validation), Is.EqualTo(report.Validation));
    }

    [Test]
    public void Balanced_classes_weigh_alike()
    {
        var data = Tiny.Data with { Splits = [Tiny.Data.Splits[0] with { Train = [.. Tiny.Data.Splits[0].Train.Where((row, i) => Tiny.Data.Labels[row] != 0 || i % 4 == 0)] }] };
        using var task = new NodeTask(TestDevices.Cpu, data);
        var (w, counts) = (ClassCounts.Weights(LossOptions.Balanced, task.Counts.Tasks[0]), data.Splits[0].Train.GroupBy(row => data.Labels[row]).ToDictionary(g => g.Key, g => g.Count()));

        Assert.That(counts.Select(c => w[c.Key] * c.Value), Is.All.EqualTo(data.Splits[0].Train.Length / (float)data.Classes).Within(1e-4));
    }

    [Test]
    public void A_model_for_other_data_is_refused_with_what_was_expected_and_found()
    {
        using var task = Tiny.Task(TestDevices.Cpu);
        var options = Tiny.Options();
        using var model = new NodeClassifier(TestDevices.Cpu, options with { Encoder = options.Encoder with { Inputs = 5 } }, seed: 1);

        Assert.That(() => Quick.Run(model, task), Throws.TypeOf<InvalidDataException>().With.Message.Contains("24 features").And.Message.Contains("made for 5"));
    }

    [Test]
    public void The_published_GCN_is_the_published_GCN()
    {
        using var model = new NodeClassifier(TestDevices.Cpu, ClassifierOptions.KipfWelling(inputs: 1433, classes: 7), seed: 0);

        Assert.That(model.Parameters.Select(p => $"{p.Path} {p.Value.Shape}"), Is.EqualTo(new[]
        {
            "encoder.convs.0.bias [16]", "encoder.convs.0.lin.weight [16, 1433]", "head.conv.bias [7]", "head.conv.lin.weight [7, 16]",
        }));
    }
}
