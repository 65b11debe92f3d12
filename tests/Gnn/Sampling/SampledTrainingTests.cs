using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Sampling;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class SampledTrainingTests
{
    private static readonly int[] All = [SamplerOptions.All, SamplerOptions.All];

    private static NodeClassifier Model(Device device, ConvolutionKind convolution, HeadKind head, int layers = 2) =>
        new(device, Tiny.Options(convolution, head) with { Encoder = Tiny.Options(convolution).Encoder with { Layers = layers } }, seed: 4);

    private static float[] Full(NodeClassifier model, Device device)
    {
        using var task = Tiny.Task(device);
        using var tape = Tape.Infer(device);
        return model.Forward(task.Graph, tape.Input(task.Features)).ToArray();
    }

    [Test]
    public void With_all_neighbours_a_batch_scores_as_the_whole_graph_does([Values] ConvolutionKind convolution, [Values] HeadKind head)
    {
        foreach (var device in TestDevices.Fast)
        {
            using var model = Model(device, convolution, head, layers: head == HeadKind.Convolution ? 1 : 2);
            var full = Full(model, device);
            int[] seeds = [7, 250, 33];
            var blocks = new NeighbourSampler(device, NeighbourSampler.PatternOf(device, Tiny.Data.Edges), new() { FanOut = All }).Blocks(seeds);
            using var x = Tensor.From(device, new Shape(blocks[0].Sources.Count, Tiny.Data.Features.Columns), Tiny.Data.Features.TakeRows([.. blocks[0].Sources]).ToDense());
            using var tape = Tape.Infer(device);
            var y = model.Forward(blocks, tape.Input(x)).ToArray();
            foreach (var block in blocks) block.Dispose();

            var classes = Tiny.Data.Classes;
            for (var i = 0; i < seeds.Length; i++)
                Assert.That(y[(i * classes)..((i + 1) * classes)], Is.EqualTo(full[(seeds[i] * classes)..((seeds[i] + 1) * classes)]).Within(1e-5));
        }
    }

    [Test]
    public void Inference_in_slices_gives_what_one_pass_gives([Values] ConvolutionKind convolution, [Values] HeadKind head, [Values(7, 100, 1000)] int slice)
    {
        var device = TestDevices.Cpu;
        using var model = Model(device, convolution, head);

        var y = new LayerwiseInference(device, NeighbourSampler.PatternOf(device, Tiny.Data.Edges), slice).Logits(model, Tiny.Data.Features);

        Assert.That(y.Dense, Is.EqualTo(Full(model, device)).Within(1e-5));
    }

    [Test]
    public void A_sampled_graph_convolution_is_right_on_average()
    {
        var device = TestDevices.Cpu;
        using var model = new NodeClassifier(device, new()
        {
            Encoder = new() { Convolution = ConvolutionKind.Gcn, Inputs = Tiny.Data.Features.Columns, Hidden = 5, Layers = 1, ActivateLast = false },
            Head = new() { Kind = HeadKind.Linear, Classes = Tiny.Data.Classes, Dropout = 0 },
        }, seed: 2);
        var sampler = new NeighbourSampler(device, NeighbourSampler.PatternOf(device, Tiny.Data.Edges), new() { FanOut = [3], Seed = 1 });
        int[] seeds = [.. Enumerable.Range(0, 20)];
        var mean = new double[seeds.Length * Tiny.Data.Classes];
        const int draws = 3000;
        for (var step = 0u; step < draws; step++)
        {
            using var block = sampler.Blocks(seeds, step)[0];
            using var x = Tensor.From(device, new Shape(block.Sources.Count, Tiny.Data.Features.Columns), Tiny.Data.Features.TakeRows([.. block.Sources]).ToDense());
            using var tape = Tape.Infer(device);
            var y = model.Forward([block], tape.Input(x)).ToArray();
            for (var i = 0; i < mean.Length; i++) mean[i] += y[i] / (double)draws;
        }

        Assert.That(mean, Is.EqualTo(Full(model, device)[..mean.Length].Select(v => (double)v)).Within(0.05));
    }

    [Test]
    public void Sampled_training_is_as_good_as_training_on_the_whole_graph([Values] ConvolutionKind convolution)
    {
        var data = new SyntheticCommunities { Nodes = 2000, Edges = 20_000, Communities = 8, Classes = 4, Features = 24, TrainPerClass = 50, Validation = 400, Splits = 1, Noise = 0.8 }.Build();
        using var device = new CpuDevice(2);
        using var full = new NodeTask(device, data);
        var sampled = new SampledTask(device, data) { FanOut = [8, 8], BatchSize = 100 };
        var tuner = new FineTuner { Strategy = new Full(1e-2f), Epochs = 60, StepsPerEpoch = 2, Seed = 1 };
        var options = Tiny.Options(convolution) with { Encoder = Tiny.Options(convolution).Encoder with { Hidden = 24, Norm = NormKind.Layer } };
        using NodeClassifier one = new(device, options, 1), two = new(device, options, 1);

        var (whole, batches) = (tuner.Run(one, full), tuner.Run(two, sampled));

        Assert.That(batches.Test, Is.GreaterThan(whole.Test - 0.03), $"full batch {whole.Test}");
    }

    [Test]
    public void Same_seed_same_bits_over_thread_counts()
    {
        var hashes = new List<string>();
        foreach (var threads in new[] { 1, 2, 4 })
        {
            using var device = new CpuDevice(threads);
            using var model = Model(device, ConvolutionKind.Sage, HeadKind.Mlp);
            var task = new SampledTask(device, Tiny.Data) { FanOut = [4, 4], BatchSize = 10 };
            new FineTuner { Strategy = new Full(1e-2f), Epochs = 2, Seed = 6 }.Run(model, task);
            hashes.Add(model.Sha256());
        }

        Assert.That(hashes.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_model_of_another_depth_is_refused()
    {
        using var model = Model(TestDevices.Cpu, ConvolutionKind.Sage, HeadKind.Convolution);

        Assert.That(() => new FineTuner { Strategy = new Full() }.Run(model, new SampledTask(TestDevices.Cpu, Tiny.Data) { FanOut = [4, 4] }),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("3 hops").And.Message.Contains("2 fan-outs"));
    }

    [Test]
    public void Batches_of_communities_hold_the_edges_among_their_nodes_and_all_nodes_in_a_pass()
    {
        using var device = new CpuDevice(2);
        var data = Tiny.Data;
        using (var loader = new ClusterLoader(device, data, data.Splits[0].Train, parts: 12, new() { BatchSize = 3, Seed = 2 }))
        {
            var seen = new List<int>();
            for (var i = 0; i < loader.Batches; i++)
            {
                var batch = loader.Next();
                seen.AddRange(batch.Nodes);
                using var expected = Graph.From(device, data.Edges.Keep([.. batch.Nodes]));
                Assert.That(batch.Graph.In.RowStart.ToArray(), Is.EqualTo(expected.In.RowStart.ToArray()));
                Assert.That(batch.Graph.In.Column.ToArray(), Is.EqualTo(expected.In.Column.ToArray()));
                Assert.That(batch.Labels.ToArray().Count(y => y >= 0), Is.EqualTo(batch.Nodes.Intersect(data.Splits[0].Train).Count()));
            }
            Assert.That(seen, Is.EquivalentTo(Enumerable.Range(0, data.Nodes)));
        }
        Assert.That(device.Pool.LiveBytes, Is.Zero);
    }

    [Test]
    public void A_short_last_batch_of_communities_can_be_left_out_unless_nobody_else_teaches()
    {
        var data = Tiny.Data;
        using var loader = new ClusterLoader(TestDevices.Cpu, data, data.Splits[0].Train, parts: 11, new() { BatchSize = 4, Shuffle = false, DropLast = true });
        Assert.That(loader.Batches, Is.EqualTo(2));

        var last = NodeOrder.ByCommunity(data.Edges).Order[^1];
        using var none = new ClusterLoader(TestDevices.Cpu, data, [last], parts: 11, new() { BatchSize = 4, Shuffle = false, DropLast = true });
        Assert.That(none.Next, Throws.TypeOf<InvalidDataException>().With.Message.Contains("keep the last batch"));
    }

    [Test]
    public void A_block_makes_what_is_asked_of_it_alone()
    {
        using var device = new CpuDevice(1);
        var parts = new NeighbourSampler(device, NeighbourSampler.PatternOf(device, Tiny.Data.Edges), new() { FanOut = [3] }).Sample([5, 6], step: 0)[0];
        using (var block = new Block(device, parts))
        {
            Assert.That(device.Pool.LiveBytes, Is.Zero);
            Assert.That(block.GcnNorm().Weight, Is.SameAs(block.GcnNorm().Weight));
            Assert.That(block.Graph.Edges, Is.EqualTo(block.Square.Edges).And.EqualTo(block.Entry.Count));
        }
        Assert.That(device.Pool.LiveBytes, Is.Zero);
    }
}
