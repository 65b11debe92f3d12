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
        new MaskedFeatures { Decoder = FeatureDecoder.Gat, Noise = 0.2f },
        new MaskedFeatures { Decoder = FeatureDecoder.Gin },
        new MaskedFeatures { Decoder = FeatureDecoder.Linear },
        new EdgePrediction { Pairs = 400 },
        new DeepGraphInfomax(),
        new GraphCl { Anchors = 100 },
        new Bgrl(),
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

    [Test]
    public void An_epoch_over_many_graphs_is_a_pass_and_its_loss_falls()
    {
        var device = TestDevices.Cpu;
        var graphs = TinyGraphs.Data();
        using var data = PretextData.Of(device, graphs, batchSize: 100, seed: 1);
        using var encoder = new Encoder(device, new() { Inputs = TinyGraphs.Kinds, Hidden = 12, Norm = NormKind.Batch, Dropout = 0f }, new Rng(1));

        var report = new Pretrainer { Pretext = new MaskedFeatures(), Epochs = 12 }.Run(encoder, data);

        Assert.That(data.StepsPerEpoch, Is.EqualTo(3));
        Assert.That(report.Epochs[^1].Loss, Is.LessThan(0.95 * report.Epochs[0].Loss));
    }

    [Test]
    public void A_task_that_cannot_be_set_says_so_in_a_line()
    {
        using var data = PretextData.Of(TestDevices.Cpu, TinyGraphs.Data() with { NodeFeatures = null });
        using var encoder = new Encoder(TestDevices.Cpu, new() { Inputs = 3 }, new Rng(1));

        Assert.That(() => new Pretrainer { Pretext = new MaskedFeatures() }.Run(encoder, data), Throws.TypeOf<InvalidDataException>().With.Message.Contains("rings needs node features"));
        Assert.That(() => encoder.Embed(Autograd.Tape.Infer(TestDevices.Cpu), data.Next()), Throws.TypeOf<InvalidDataException>().With.Message.Contains("made for 3 features").And.Message.Contains("have 0"));
    }

    [Test]
    public void A_twin_has_the_weights_and_its_own_memory()
    {
        using var encoder = new Encoder(TestDevices.Cpu, Tiny.Options().Encoder, new Rng(1));
        using var twin = encoder.Twin();

        Assert.That(twin.Sha256(), Is.EqualTo(encoder.Sha256()));
        twin.Parameters.First().Value.Write([.. Enumerable.Repeat(5f, twin.Parameters.First().Value.Count)]);
        Assert.That(twin.Sha256(), Is.Not.EqualTo(encoder.Sha256()));
    }
}
