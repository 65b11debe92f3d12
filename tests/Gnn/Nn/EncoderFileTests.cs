using GraphTune.Engine;
using GraphTune.Gnn;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class EncoderFileTests
{
    private readonly Device device = TestDevices.Cpu;
    private readonly string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{nameof(EncoderFileTests)}.safetensors");
    private readonly EncoderOptions options = new() { Inputs = 5, Hidden = 8, Layers = 2, Norm = NormKind.Batch };

    [TearDown]
    public void Delete() => File.Delete(path);

    [Test]
    public void An_encoder_comes_back_from_its_own_file_and_from_a_classifiers()
    {
        using var encoder = new Encoder(device, options, new Rng(3));
        using var classifier = encoder.WithHead(new HeadOptions { Classes = 3 }, seed: 4);

        Checkpoint.Save(path, encoder);
        using var first = Encoder.Load(path, device);
        Checkpoint.Save(path, classifier);
        using var second = Encoder.Load(path, device);

        Assert.That(first.Sha256(), Is.EqualTo(encoder.Sha256()));
        Assert.That(second.Sha256(), Is.EqualTo(encoder.Sha256()));
        Assert.That(first.Options, Is.EqualTo(options));
    }

    [Test]
    public void A_file_that_does_not_say_what_it_holds_is_refused_in_one_line()
    {
        using var linear = new Linear(device, 2, 3, new Rng(1));
        Checkpoint.Save(path, linear);

        Assert.That(() => Encoder.Load(path, device), Throws.TypeOf<InvalidDataException>().With.Message.Contains("no encoder is recognised").And.Message.Not.Contains("\n"));
    }
}
