using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Sampling;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class CalibratedRunTests
{
    private static FineTuner Tuner => new() { Strategy = new Full(1e-2f), Epochs = 6, StepsPerEpoch = 4, Calibrate = new(), Seed = 1 };

    [Test]
    public void A_full_graph_and_a_sampled_one_are_calibrated_on_validation_rows_without_a_change_of_weights()
    {
        using var task = Tiny.Task(TestDevices.Cpu);
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 1);
        using var plain = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 1);
        using var sampled = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 1);

        var report = Tuner.Run(model, task);
        var other = (Tuner with { Calibrate = null }).Run(plain, task);
        var batches = Tuner.Run(sampled, new SampledTask(TestDevices.Cpu, Tiny.Data) { FanOut = [4, 4] });

        Assert.That((report.WeightsSha256, report.Test), Is.EqualTo((other.WeightsSha256, other.Test)));
        Assert.That(report.Calibration!.Temperatures.Single(), Is.InRange(0.02, 50));
        Assert.That(batches.Calibration!.ErrorBefore, Is.Not.Null);
        Assert.That(other.Calibration, Is.Null);
        Assert.That(Evaluation.Of(model, task, calibration: report.Calibration).Test, Is.EqualTo(report.Test));
    }

    [Test]
    public void A_threshold_that_a_file_carries_decides_what_is_predicted()
    {
        var two = Tiny.Data with { Labels = [.. Tiny.Data.Labels.Select(y => y == 0 ? 1 : 0)], Classes = 2 };
        using var task = new NodeTask(TestDevices.Cpu, two);
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options() with { Head = Tiny.Options().Head with { Classes = 2 } }, seed: 1);
        using var folder = new TempFolder();
        var report = (Tuner with { Calibrate = new() { Threshold = ThresholdGoal.F1 }, Loss = LossOptions.Balanced, Metric = new F1(F1Average.Binary) }).Run(model, task);
        Checkpoint.Save(folder.At("m.safetensors"), model, new Dictionary<string, string> { [Calibration.Key] = report.Calibration!.ToJson() });

        var read = Calibration.FromJson(CheckpointFile.Read(folder.At("m.safetensors")).Metadata[Calibration.Key]);
        var found = Prediction.Of(model, task.Graph, task.Features, read);

        Assert.That(read.Shift, Has.Count.EqualTo(2), "the loss was weighted, so priors are corrected");
        Assert.That(found.Threshold, Is.EqualTo(report.Calibration.Thresholds.Single()));
        for (var node = 0; node < found.Nodes; node++) Assert.That(found.Class(node), Is.EqualTo(found.Of(node)[1] > found.Threshold ? 1 : 0));
        var f1 = new ConfusionMatrix([.. task.Validation.ToArray().Select(found.Class)], [.. task.Validation.ToArray().Select(n => two.Labels[n])], 2).F1(1);
        Assert.That(Evaluation.Of(model, task, new F1(F1Average.Binary), read).Validation, Is.EqualTo(f1).Within(1e-9));
    }

    [Test]
    public void Binary_tasks_with_labels_missing_are_calibrated_each_by_itself()
    {
        var task = new GraphTask(TestDevices.Cpu, TinyGraphs.Data(120)) { BatchSize = 16 };
        using var model = new GraphClassifier(TestDevices.Cpu, new()
        {
            Encoder = new() { Convolution = ConvolutionKind.Gin, Inputs = TinyGraphs.Kinds, Hidden = 8, Layers = 2, Norm = NormKind.Batch },
            Head = new() { Outputs = task.Outputs },
        }, seed: 1);

        var report = (Tuner with { Calibrate = new() { Threshold = ThresholdGoal.BalancedAccuracy }, Loss = LossOptions.Balanced }).Run(model, task);

        Assert.That((report.Calibration!.Temperatures.Count, report.Calibration.Thresholds.Count, report.Calibration.HasClasses), Is.EqualTo((2, 2, false)));
    }
}
