using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.FineTune;
using GraphTune.Gnn.Pretrain;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>The pretext tasks on one graph: their gradients, and whether what they teach is of use.</summary>
public sealed class NodePretextTests
{
    public static IEnumerable<IPretext> Tasks =>
    [
        new MaskedFeatures { Noise = 0.2f, Gamma = 3 },
        new MaskedFeatures { Decoder = FeatureDecoder.Gat, DecoderDropout = 0.2f },
        new MaskedFeatures { Decoder = FeatureDecoder.Linear, Error = ReconstructionError.MeanSquared },
        new DeepGraphInfomax(),
        new GraphCl { Anchors = 20 },
        new Bgrl(),
    ];

    [TestCaseSource(nameof(Tasks))]
    public void Every_gradient_agrees_with_a_central_difference(IPretext pretext)
    {
        var device = TestDevices.Cpu;
        using var task = Tiny.Task(device);
        using var data = PretextData.Of(task.Graph, task.Features);
        using var encoder = new Encoder(device, new() { Inputs = task.Inputs, Hidden = 6, Dropout = 0f, Activation = ActivationKind.Tanh }, new Rng(1));
        using var model = pretext.Around(encoder, data, seed: 5);
        foreach (var p in model.Parameters.Select(p => p.Value).Where(p => p.Shape.Rank == 1)) p.Write([.. Enumerable.Range(0, p.Count).Select(i => 0.3f * MathF.Sin(i + 1))]);   // a row of zeros has no direction
        var batch = data.Next();

        Assert.That(() => GradCheck.Verify(model.Parameters, tape => model.Loss(tape, batch, number: 1)), Throws.Nothing);
    }

    [Test]
    public void Sparse_features_give_the_loss_and_the_gradients_of_dense_ones([Values(ConvolutionKind.Gcn, ConvolutionKind.Gat)] ConvolutionKind convolution)
    {
        var device = TestDevices.Cpu;
        using var task = Tiny.Task(device);
        var x = Array.ConvertAll(task.Features.ToArray(), v => v > 0.9f ? v : 0f);
        for (var i = 0; i < task.Nodes; i++) x[i * task.Inputs] = 1f;   // no row of zeros
        using Tensor sparse = Tensor.From(device, task.Features.Shape, x), dense = Tensor.From(device, task.Features.Shape, [.. x.Select((v, i) => i < x.Length / 8 && v == 0f ? 1e-20f : v)]);

        var (few, many) = (Gradients(sparse, out var mapped), Gradients(dense, out var direct));

        Assert.That(mapped, Is.EqualTo(direct).Within(1e-5));
        foreach (var ((path, a), (_, b)) in few.Zip(many)) Assert.That(a, Is.EqualTo(b).Within(2e-5f), path);

        List<(string, float[])> Gradients(Tensor features, out float loss)
        {
            using var data = PretextData.Of(task.Graph, features);
            using var encoder = new Encoder(device, new() { Convolution = convolution, Inputs = task.Inputs, Hidden = 8, Heads = 2, Dropout = 0f }, new Rng(1));
            using var model = new MaskedFeatures { Noise = 0.2f }.Around(encoder, data, seed: 5);
            using var tape = Tape.Train(device, 1, 1);
            var y = model.Loss(tape, data.Next(), number: 1);
            tape.Backward(y);
            loss = y.Item();
            return [.. model.Parameters.Select(p => (p.Path, p.Value.Grad.ToArray()))];
        }
    }

    [Test]
    public void Dropout_may_stand_before_the_decoder_in_place_of_after_the_encoder()
    {
        var device = TestDevices.Cpu;
        using var task = Tiny.Task(device);
        using var data = PretextData.Of(task.Graph, task.Features);

        Assert.Multiple(() =>
        {
            Assert.That(Loss(dropout: 0.5f, before: 0f), Is.EqualTo(Loss(dropout: 0f, before: null)), "none");
            Assert.That(Loss(dropout: 0.5f, before: 0.5f), Is.Not.EqualTo(Loss(dropout: 0.5f, before: null)).And.Not.EqualTo(Loss(dropout: 0f, before: null)));
            Assert.That(() => Loss(dropout: 0f, before: 1f), Throws.TypeOf<InvalidDataException>().With.Message.Contains("decoder dropout 1"));
        });

        float Loss(float dropout, float? before)
        {
            using var encoder = new Encoder(device, new() { Inputs = task.Inputs, Hidden = 8, Layers = 1, Dropout = dropout }, new Rng(1));
            using var model = new MaskedFeatures { DecoderDropout = before }.Around(encoder, data, seed: 5);
            using var tape = Tape.Train(device, 1, 1);
            return model.Loss(tape, data.Next(), number: 1).Item();
        }
    }

    [TestCase(-1e-12f), TestCase(1f), TestCase(float.NaN)]
    public void An_epsilon_that_is_no_small_length_is_refused(float epsilon)
    {
        using var task = Tiny.Task(TestDevices.Cpu);
        using var data = PretextData.Of(task.Graph, task.Features);
        using var encoder = new Encoder(TestDevices.Cpu, new() { Inputs = task.Inputs, Hidden = 8 }, new Rng(1));

        Assert.That(() => new MaskedFeatures { Epsilon = epsilon }.Around(encoder, data, seed: 5), Throws.TypeOf<InvalidDataException>().With.Message.Contains("epsilon"));
    }

    [Test]
    public void With_an_epsilon_a_reconstruction_of_zeros_has_the_slope_of_the_published_program()
    {
        var device = TestDevices.Cpu;
        using var task = Tiny.Task(device);
        using var data = PretextData.Of(task.Graph, task.Features);

        Assert.That(SlopeOfBias(epsilon: 0f), Is.LessThan(1e3f));
        Assert.That(SlopeOfBias(epsilon: 1e-12f), Is.GreaterThan(1e6f));

        // Nine tenths are hidden, so some nodes see none that is not: the decoder gives them its bias alone, which begins at 0.
        float SlopeOfBias(float epsilon)
        {
            using var encoder = new Encoder(device, new() { Inputs = task.Inputs, Hidden = 8, Layers = 1, Dropout = 0f }, new Rng(1));
            using var model = new MaskedFeatures { Share = 0.9f, Epsilon = epsilon }.Around(encoder, data, seed: 5);
            using var tape = Tape.Train(device, 1, 1);
            tape.Backward(model.Loss(tape, data.Next(), number: 1));
            return model.Select("decoder.*bias").Max(p => p.Value.Grad.ToArray().Max(MathF.Abs));
        }
    }

    [Test]
    public void Dropout_takes_other_numbers_of_the_token_from_each_hidden_node()
    {
        var device = TestDevices.Cpu;
        using var task = Tiny.Task(device);
        using var features = Tensor.From(device, task.Features.Shape, [.. task.Features.ToArray().Select((v, i) => v > 0.9f || i % task.Inputs == 0 ? 1f : 0f)]);
        using var data = PretextData.Of(task.Graph, features);
        using (var sparse = data.SparseFeatures()) Assert.That(sparse, Is.Not.Null);   // else the map is of dense rows, and of no interest here
        using var encoder = new Encoder(device, new() { Inputs = task.Inputs, Hidden = 6, InputDropout = 0.5f, Dropout = 0f, Activation = ActivationKind.Tanh }, new Rng(1));
        using var model = new MaskedFeatures { Noise = 0.2f }.Around(encoder, data, seed: 5);
        foreach (var p in model.Parameters.Select(p => p.Value).Where(p => p.Shape.Rank == 1)) p.Write([.. Enumerable.Range(0, p.Count).Select(i => 0.3f * MathF.Sin(i + 1))]);
        var batch = data.Next();

        Assert.That(() => GradCheck.Verify(model.Parameters, tape => model.Loss(tape, batch, number: 1)), Throws.Nothing);
        using var tape = Tape.Train(device, 1, 1);
        tape.Backward(model.Loss(tape, batch, number: 1));
        Assert.That(model.Select("token").Single().Value.Grad.ToArray(), Has.None.Zero);   // one draw for all would have emptied half of it
    }

    [TestCaseSource(nameof(Tasks))]
    public void A_linear_probe_on_what_was_learnt_beats_one_on_random_weights(IPretext pretext)
    {
        var device = TestDevices.Cpu;
        using var task = new NodeTask(device, Communities.Value);
        using var encoder = new Encoder(device, new() { Inputs = task.Inputs, Hidden = 32, Dropout = 0.1f, Norm = pretext is DeepGraphInfomax ? NormKind.None : NormKind.Batch }, new Rng(3));
        var before = Probe(encoder, task);

        new Pretrainer { Pretext = pretext, Epochs = 100, Seed = 1 }.Run(encoder, task.Graph, task.Features);

        Assert.That(Probe(encoder, task), Is.GreaterThan(before + 0.05));
    }

    private static readonly Lazy<NodeDataset> Communities = new(() => new SyntheticCommunities { Nodes = 1200, Edges = 9600, Communities = 12, Classes = 6, Features = 48, Noise = 2 }.Build());

    private static double Probe(Encoder encoder, NodeTask task)
    {
        using var model = encoder.WithHead(new() { Kind = HeadKind.Linear, Classes = task.Classes, Dropout = 0f }, seed: 1);
        return new FineTuner { Strategy = new LinearProbe(), Epochs = 20, Seed = 1 }.Run(model, task).Validation;
    }
}
