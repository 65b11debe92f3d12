using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class EncoderTests
{
    private static EncoderOptions Options => Tiny.Options().Encoder;

    [Test]
    public void Parts_have_the_names_of_PyG([Values] ConvolutionKind convolution)
    {
        using var encoder = new Encoder(TestDevices.Cpu, Options with { Convolution = convolution, Layers = 1 }, new Rng(1));

        Assert.That(encoder.Parameters.Select(p => p.Path), Is.EquivalentTo(convolution switch
        {
            ConvolutionKind.Gcn => new[] { "convs.0.bias", "convs.0.lin.weight", "norms.0.weight", "norms.0.bias" },
            ConvolutionKind.Sage => ["convs.0.lin_l.weight", "convs.0.lin_l.bias", "convs.0.lin_r.weight", "norms.0.weight", "norms.0.bias"],
            ConvolutionKind.Gat => ["convs.0.att_src", "convs.0.att_dst", "convs.0.bias", "convs.0.lin_src.weight", "norms.0.weight", "norms.0.bias"],
            ConvolutionKind.Gatv2 => ["convs.0.att", "convs.0.bias", "convs.0.lin_l.weight", "convs.0.lin_l.bias", "convs.0.lin_r.weight", "convs.0.lin_r.bias", "norms.0.weight", "norms.0.bias"],
            _ => ["convs.0.nn.0.weight", "convs.0.nn.0.bias", "convs.0.nn.2.weight", "convs.0.nn.2.bias", "norms.0.weight", "norms.0.bias"],
        }));
    }

    [Test]
    public void Slopes_that_learn_are_of_their_layer()
    {
        using var encoder = new Encoder(TestDevices.Cpu, Options with { Layers = 2, Activation = ActivationKind.PRelu, Norm = NormKind.None }, new Rng(1));

        Assert.That(encoder.Layers.Select(l => encoder.Select(l.Glob).Count(p => p.Path.StartsWith("acts", StringComparison.Ordinal))), Is.All.EqualTo(1));
        Assert.That(encoder.Select("acts.*").Select(p => p.Value.Item()), Is.All.EqualTo(0.25f));
        Assert.That(() => new Activation(ActivationKind.PRelu), Throws.ArgumentException.With.Message.Contains("slope"));
    }

    [Test]
    public void Layers_hold_every_parameter_once([Values] ConvolutionKind convolution, [Values] HeadKind head)
    {
        using var model = new NodeClassifier(TestDevices.Cpu, Tiny.Options(convolution, head), seed: 1);

        Assert.That(model.Layers.SelectMany(l => model.Select(l.Glob)).Select(p => p.Path), Is.EquivalentTo(model.Parameters.Select(p => p.Path)));
    }

    [Test]
    public void Options_survive_their_JSON([Values] ConvolutionKind convolution, [Values] NormKind norm)
    {
        var options = Options with { Convolution = convolution, Norm = norm, Dropout = 0.25f, ActivateLast = false };

        Assert.That(EncoderOptions.FromJson(options.ToJson()), Is.EqualTo(options));
        Assert.That(ClassifierOptions.FromJson(Tiny.Options(convolution).ToJson()), Is.EqualTo(Tiny.Options(convolution)));
    }

    [TestCase("{}", "inputs")]
    [TestCase("""{"inputs":0}""", "at least 1")]
    [TestCase("""{"inputs":3,"dropout":1}""", "below 1")]
    [TestCase("""{"inputs":3,"depth":2}""", "depth")]
    [TestCase("""{"inputs":3,"hidden":10,"heads":4}""", "multiple")]
    [TestCase("null", "null")]
    [TestCase("[", "encoder options")]
    public void Options_that_make_no_encoder_are_refused(string json, string naming) =>
        Assert.That(() => EncoderOptions.FromJson(json), Throws.TypeOf<InvalidDataException>().With.Message.Contains(naming).And.Message.Not.Contains("\n"));

    [Test]
    public void A_classifier_comes_back_from_its_checkpoint_bit_for_bit()
    {
        using var folder = new TempFolder();
        using var task = Tiny.Task(TestDevices.Cpu);
        using var saved = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 3);
        Checkpoint.Save(folder.At("m.safetensors"), saved);

        using var loaded = NodeClassifier.Load(folder.At("m.safetensors"), TestDevices.Cpu);

        Assert.That(loaded.Sha256(), Is.EqualTo(saved.Sha256()));
        using var tape = Tape.Infer(TestDevices.Cpu);
        Assert.That(loaded.Forward(task.Graph, tape.Input(task.Features)).ToArray(), Is.EqualTo(saved.Forward(task.Graph, tape.Input(task.Features)).ToArray()));
    }

    [Test]
    public void An_encoder_is_taken_out_of_a_classifiers_checkpoint()
    {
        using var folder = new TempFolder();
        using var saved = new NodeClassifier(TestDevices.Cpu, Tiny.Options(), seed: 3);
        Checkpoint.Save(folder.At("m.safetensors"), saved);

        using var encoder = Encoder.Load(folder.At("m.safetensors"), TestDevices.Cpu);

        Assert.That(encoder.Sha256(), Is.EqualTo(saved.Encoder.Sha256()));
    }

    [Test]
    public void Another_kind_of_file_is_named()
    {
        using var folder = new TempFolder();
        new SafeTensors([HostTensor.Of("w", [1], [1f])]).Write(folder.At("m.safetensors"));

        Assert.That(() => Encoder.Load(folder.At("m.safetensors"), TestDevices.Cpu), Throws.TypeOf<InvalidDataException>().With.Message.Contains("no encoder is recognised"));
    }

    [Test]
    public void Copying_between_models_of_other_parts_is_refused()
    {
        using var two = new Encoder(TestDevices.Cpu, Options, new Rng(1));
        using var three = new Encoder(TestDevices.Cpu, Options with { Layers = 3 }, new Rng(1));

        Assert.That(() => three.CopyFrom(two), Throws.TypeOf<ShapeException>());
    }
}
