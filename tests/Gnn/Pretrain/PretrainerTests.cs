using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Pretrain;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class PretrainerTests
{
    public static IEnumerable<IPretext> Pretexts =>
    [
        new MaskedFeatures { Error = ReconstructionError.ScaledCosine },
        new MaskedFeatures { Error = ReconstructionError.MeanSquared },
        new EdgePrediction { Pairs = 400 },
    ];

    private static (TrainReport Report, string Sha) Run(IPretext pretext, Device device, int epochs, ulong seed = 1)
    {
        using var task = Tiny.Task(device);
        using var encoder = new Encoder(device, Tiny.Options().Encoder, new Rng(1));
        var report = new Pretrainer { Pretext = pretext, Epochs = epochs, Seed = seed }.Run(encoder, task.Graph, task.Features);
        return (report, encoder.Sha256());
    }

    [TestCaseSource(nameof(Pretexts))]
    public void The_pretext_loss_falls(IPretext pretext)
    {
        var (report, _) = Run(pretext, TestDevices.Cpu, epochs: 40);

        Assert.That(report.Epochs.TakeLast(5).Average(e => e.Loss), Is.LessThan(0.95 * report.Epochs.Take(5).Average(e => e.Loss)));
    }

    [TestCaseSource(nameof(Pretexts))]
    public void Same_seed_same_bits_over_thread_counts(IPretext pretext)
    {
        string[] hashes = [.. new[] { 1, 2, 4 }.Select(threads =>
        {
            using var device = new CpuDevice(threads);
            return Run(pretext, device, epochs: 5).Sha;
        })];

        Assert.That(hashes.Distinct().Count(), Is.EqualTo(1));
        Assert.That(Run(pretext, TestDevices.Cpu, epochs: 5, seed: 2).Sha, Is.Not.EqualTo(hashes[0]));
    }

    [TestCaseSource(nameof(Pretexts))]
    public void The_encoder_outlives_its_pretext_and_nothing_else_does(IPretext pretext)
    {
        using var device = new CpuDevice(1);
        using var task = Tiny.Task(device);
        using var encoder = new Encoder(device, Tiny.Options().Encoder, new Rng(1));
        new Pretrainer { Pretext = pretext, Epochs = 1 }.Run(encoder, task.Graph, task.Features);
        var before = device.Pool.LiveBytes;

        new Pretrainer { Pretext = pretext, Epochs = 2 }.Run(encoder, task.Graph, task.Features);

        Assert.That(device.Pool.LiveBytes, Is.EqualTo(before));
        Assert.That(encoder.Parameters.First().Value.ToArray(), Is.All.Matches<float>(float.IsFinite));
    }
}
