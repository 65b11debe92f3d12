using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Sampling;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ImbalanceTests
{
    // Of all classes but the first, one training row in four.
    private static NodeDataset Nodes => Tiny.Data with { Splits = [Tiny.Data.Splits[0] with { Train = [.. Tiny.Data.Splits[0].Train.Where((row, i) => Tiny.Data.Labels[row] == 0 || i % 4 == 0)] }] };

    private static FineTuner Tuner(LossOptions? loss = null, ClassSampling sampling = default) =>
        new() { Strategy = new Full(1e-2f), Epochs = 12, StepsPerEpoch = 4, Loss = loss ?? LossOptions.Plain, Sampling = sampling, Metric = new F1(F1Average.Macro), Seed = 2 };

    private static string Weights(FineTuner tuner, Action<FineTuner, NodeClassifier> run)
    {
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 3);
        run(tuner, model);
        return model.Sha256();
    }

    private static void Full(FineTuner tuner, NodeClassifier model)
    {
        using var task = new NodeTask(TestDevices.Cpu, Nodes);
        tuner.Run(model, task);
    }

    private static void Sampled(FineTuner tuner, NodeClassifier model) =>
        Assert.That(tuner.Run(model, new SampledTask(TestDevices.Cpu, Nodes) { FanOut = [4, 4], BatchSize = 16 }).Test, Is.InRange(0, 1));

    [Test]
    public void On_a_full_graph_drawing_classes_alike_is_weighing_them_alike()
    {
        var weighed = Weights(Tuner(LossOptions.Balanced), Full);

        Assert.That(Weights(Tuner(sampling: ClassSampling.Oversampled), Full), Is.EqualTo(weighed));
        Assert.That(Weights(Tuner(LossOptions.Balanced, ClassSampling.Equal), Full), Is.EqualTo(weighed), "weights see equal classes");
        Assert.That(Weights(Tuner(), Full), Is.Not.EqualTo(weighed));
    }

    [Test]
    public void Sampled_batches_are_drawn_and_weighed_and_the_same_seed_gives_the_same_bits()
    {
        string[] hashes = [.. new[] { Tuner(), Tuner(LossOptions.Balanced), Tuner(LossOptions.Focal), Tuner(sampling: ClassSampling.Oversampled), Tuner(sampling: ClassSampling.Equal) }.Select(t => Weights(t, Sampled))];

        Assert.That(hashes, Is.Unique);
        Assert.That(Weights(Tuner(sampling: ClassSampling.Oversampled), Sampled), Is.EqualTo(hashes[3]));
    }

    [Test]
    public void Graphs_of_a_rare_class_are_found_where_it_is_weighed_drawn_or_adjusted()
    {
        var data = TinyGraphs.Data(400, task: TaskKind.MultiClass);
        int[] train = [.. data.Splits[0].Train.Where((g, i) => data.Labels[g] == 0 || i % 4 == 0)];
        data = data with { Splits = [data.Splits[0] with { Train = train }] };

        double Score(LossOptions loss, ClassSampling sampling)
        {
            var task = new GraphTask(TestDevices.Cpu, data) { BatchSize = 16 };
            using var model = new GraphClassifier(TestDevices.Cpu, new()
            {
                Encoder = new() { Convolution = ConvolutionKind.Gin, Inputs = TinyGraphs.Kinds, Hidden = 16, Layers = 3, Norm = NormKind.Batch, Dropout = 0.1f },
                Head = new() { Outputs = task.Outputs, Readout = Autograd.Ops.Aggregation.Sum },
            }, seed: 1);
            return (Tuner(loss, sampling) with { Epochs = 40 }).Run(model, task).Test;
        }

        foreach (var (loss, sampling) in new[] { (LossOptions.Balanced, ClassSampling.Natural), (LossOptions.Plain, ClassSampling.Oversampled), (new LossOptions { LogitAdjustment = 1 }, ClassSampling.Natural) })
            Assert.That(Score(loss, sampling), Is.GreaterThan(0.75), $"macro-F1 with {loss}, {sampling}");
    }
}
