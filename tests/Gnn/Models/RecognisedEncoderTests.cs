using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Models;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class RecognisedEncoderTests
{
    private static readonly Device Device = TestDevices.Cpu;

    [TestCase("gcn_contextpred.pth", MolecularBody.Gcn)]
    [TestCase("gcn_supervised_contextpred.safetensors", MolecularBody.Gcn)]
    [TestCase("graphsage_contextpred.pth", MolecularBody.GraphSage)]
    [TestCase("gat_contextpred.pth", MolecularBody.Gat)]
    public void Published_files_are_recognised_by_their_tensors_alone(string name, MolecularBody body)
    {
        var path = SharedData.At("data", "molecules", "checkpoints", "hu2020", name);
        var file = new SafeTensors(CheckpointFile.Read(path).Tensors);   // without metadata

        var plan = EncoderFile.Recognise(file, path);

        Assert.That(plan.Molecular, Is.EqualTo(new MolecularOptions { Body = body }));
        using var encoder = plan.Load(file, path, Device);
    }

    [Test]
    public void Every_body_and_jump_is_saved_and_found_again([Values] MolecularBody body, [Values(JumpingKind.Last, JumpingKind.Concat)] JumpingKind jump)
    {
        using var folder = new TempFolder();
        var options = new MolecularOptions { Body = body, Layers = 2, Width = 6, Jump = jump, Atoms = 9 };
        using var model = new MolecularPredictor(Device, options, 3, new Rng(1));
        Checkpoint.Save(folder.At("a.safetensors"), model);
        var file = SafeTensors.Read(folder.At("a.safetensors"));
        var bare = new SafeTensors(file.Tensors.Select(t => new HostTensor($"module.{t.Name}", t.Type, t.Shape, t.Data)));

        var own = EncoderFile.Recognise(file, "a");
        var told = EncoderFile.Recognise(bare, "a", body.ToString().ToLowerInvariant());

        Assert.That(own.Molecular, Is.EqualTo(options));
        Assert.That(told.Molecular, Is.EqualTo(options with { Heads = told.Molecular!.Heads }));
        using var a = own.Load(file, "a", Device);
        using var b = told.Load(bare, "a", Device);
        Assert.That(a.Sha256(), Is.EqualTo(model.Encoder.Sha256()).And.EqualTo(b.Sha256()));
    }

    [Test]
    public void What_nothing_in_the_file_tells_is_asked_for()
    {
        using var folder = new TempFolder();
        using var fresh = new MolecularEncoder(Device, new MolecularOptions { Body = MolecularBody.GraphSage, Layers = 1, Width = 4 }, new Rng(1));
        Checkpoint.Save(folder.At("a.safetensors"), fresh);
        var bare = new SafeTensors(SafeTensors.Read(folder.At("a.safetensors")).Tensors);

        Assert.That(() => EncoderFile.Recognise(bare, "a"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("--model"));
        Assert.That(() => EncoderFile.Recognise(bare, "a", "mpnn"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("graphsage"));
        Assert.That(() => EncoderFile.Recognise(new SafeTensors([HostTensor.Of("w", [1], [1f])]), "a"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("no encoder is recognised"));
    }

    [Test]
    public void Our_encoders_are_recognised_without_their_metadata([Values] ConvolutionKind kind, [Values] NormKind norm)
    {
        using var folder = new TempFolder();
        var options = new EncoderOptions { Convolution = kind, Inputs = 5, Hidden = 8, Layers = 3, Norm = norm, Heads = kind is ConvolutionKind.Gat or ConvolutionKind.Gatv2 ? 2 : 1 };
        using var encoder = new Encoder(Device, options, new Rng(1));
        Checkpoint.Save(folder.At("a.safetensors"), encoder);
        var file = SafeTensors.Read(folder.At("a.safetensors"));
        var pyg = new SafeTensors(file.Tensors.Select(t => new HostTensor(System.Text.RegularExpressions.Regex.Replace(t.Name, @"^norms\.(\d+)\.", "norms.$1.module."), t.Type, t.Shape, t.Data)));

        foreach (var form in new[] { new SafeTensors(file.Tensors), pyg })
        {
            var plan = EncoderFile.Recognise(form, "a");
            Assert.That(plan.Plain, Is.EqualTo(options));
            using var again = plan.Load(form, "a", Device);
            Assert.That(again.Sha256(), Is.EqualTo(encoder.Sha256()));
        }
    }
}
