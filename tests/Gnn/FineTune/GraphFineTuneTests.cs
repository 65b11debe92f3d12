using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class GraphFineTuneTests
{
    private static GraphClassifierOptions Options(int outputs, HeadKind head = HeadKind.Linear) => new()
    {
        Encoder = new() { Convolution = ConvolutionKind.Gin, Inputs = TinyGraphs.Kinds, Hidden = 16, Layers = 3, Norm = NormKind.Batch, Dropout = 0.1f },
        Head = new() { Outputs = outputs, Readout = Autograd.Ops.Aggregation.Sum, Kind = head },
    };

    private static FineTuneReport Run(Device device, TaskKind kind, int epochs, HeadKind head, out string sha, IStrategy? strategy = null)
    {
        var task = new GraphTask(device, TinyGraphs.Data(task: kind)) { BatchSize = 16 };
        using var model = new GraphClassifier(device, Options(task.Outputs, head), seed: 1);
        var report = new FineTuner { Strategy = strategy ?? new Full(1e-2f), Epochs = epochs, Seed = 5 }.Run(model, task);
        sha = model.Sha256();
        return report;
    }

    [Test]
    public void It_learns_several_tasks_with_labels_missing([Values(HeadKind.Linear, HeadKind.Mlp)] HeadKind head)
    {
        var report = Run(TestDevices.Cpu, TaskKind.Binary, epochs: 50, head, out _);

        Assert.That(report.Metric, Is.EqualTo("auroc"));
        Assert.That(report.Test, Is.GreaterThan(0.9), "chance is 0.5");
        Assert.That(report.Training.Epochs[^1].Loss, Is.LessThan(report.Training.Epochs[0].Loss));
    }

    [Test]
    public void It_learns_classes() => Assert.That(Run(TestDevices.Cpu, TaskKind.MultiClass, epochs: 40, HeadKind.Linear, out _).Test, Is.GreaterThan(0.9));

    [Test]
    public void It_learns_numbers()
    {
        var report = Run(TestDevices.Cpu, TaskKind.Regression, epochs: 40, HeadKind.Linear, out _);

        Assert.That(report.Metric, Is.EqualTo("rmse"));
        Assert.That(report.Test, Is.LessThan(0.4), "the spread of the labels is 0.5");
    }

    [Test]
    public void Same_seed_same_bits_over_thread_counts()
    {
        var hashes = new List<string>();
        foreach (var threads in new[] { 1, 2, 4 })
        {
            using var device = new CpuDevice(threads);
            Run(device, TaskKind.Binary, epochs: 2, HeadKind.Linear, out var sha);
            hashes.Add(sha);
        }

        Assert.That(hashes.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_frozen_encoder_stays_as_it_is_with_its_statistics()
    {
        using var device = new CpuDevice(2);
        var task = new GraphTask(device, TinyGraphs.Data(60));
        using var model = new GraphClassifier(device, Options(task.Outputs), seed: 1);
        var before = model.Encoder.Sha256();

        new FineTuner { Strategy = new LinearProbe(), Epochs = 2 }.Run(model, task);

        Assert.That(model.Encoder.Sha256(), Is.EqualTo(before));
    }

    [Test]
    public void A_model_with_other_outputs_is_refused()
    {
        var task = new GraphTask(TestDevices.Cpu, TinyGraphs.Data(60));
        using var model = new GraphClassifier(TestDevices.Cpu, Options(3), seed: 1);

        Assert.That(() => new FineTuner { Strategy = new Full() }.Run(model, task), Throws.TypeOf<InvalidDataException>().With.Message.Contains("2 outputs are needed").And.Message.Contains("gives 3"));
    }

    [Test]
    public void From_some_epochs_on_hardly_any_memory_is_taken()
    {
        using var device = new CpuDevice(2);
        var task = new GraphTask(device, TinyGraphs.Data()) { BatchSize = 16 };
        using var model = new GraphClassifier(device, Options(task.Outputs), seed: 1);
        var misses = new List<long>();

        new FineTuner { Strategy = new Full(), Epochs = 20, Progress = _ => misses.Add(device.Pool.Misses) }.Run(model, task);

        Assert.That(misses[^1] - misses[10], Is.LessThan(64), "of some 20,000 requests: the next batches are made meanwhile, so now and then more buffers are in use than before");
    }

    [Test]
    public void A_saved_model_loads_as_it_was()
    {
        using var folder = new TempFolder();
        using var model = new GraphClassifier(TestDevices.Cpu, Options(2, HeadKind.Mlp), seed: 9);
        Checkpoint.Save(folder.At("m.safetensors"), model);

        using var loaded = GraphClassifier.Load(folder.At("m.safetensors"), TestDevices.Cpu);

        Assert.That(loaded.Sha256(), Is.EqualTo(model.Sha256()));
        Assert.That(loaded.Options, Is.EqualTo(model.Options));
    }
}
