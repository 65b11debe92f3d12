using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Models;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Encoders that fine-tuning is given as files, by whomever they were written.</summary>
public sealed class GivenEncoderTests
{
    private static readonly EncoderOptions Gat = new() { Convolution = ConvolutionKind.Gat, Inputs = 6, Hidden = 8, Heads = 2 };

    private static ToolRun Finetune(TempFolder folder, string encoder) => ToolRun.Of(
        "finetune", "--data", SmallGraph.Write(folder), "--encoder", encoder, "--report", folder.At("report.html"), "--out", folder.At("model.safetensors"),
        "--strategy", "linear-probe", "--seeds", "1", "--epochs", "2", "--device", "cpu");

    /// <summary>What torch.save would write of these weights.</summary>
    private static string Torch(string path, Module module, Func<string, string> name)
    {
        var tensors = module.Weights.Select((w, i) => (Name: name(w.Path), Key: $"{i}", w.Value)).ToArray();
        return TorchBuilder.Zip(path,
            TorchBuilder.Dictionary([.. tensors.Select(t => (t.Name, TorchBuilder.Tensor(t.Key, t.Value.Count, 0, Checkpoint.Sizes(t.Value.Shape), Strides(t.Value.Shape))))]),
            [.. tensors.Select(t => (t.Key, TorchBuilder.Floats(t.Value.ToArray())))]);
    }

    private static long[] Strides(Shape shape)
    {
        var strides = new long[shape.Rank];
        for (var (axis, step) = (shape.Rank - 1, 1L); axis >= 0; step *= shape[axis--]) strides[axis] = step;
        return strides;
    }

    [Test]
    public void A_GAT_comes_from_a_PyTorch_file_without_a_word_on_the_command_line()
    {
        using var folder = new TempFolder();
        using var saved = new Encoder(TestDevices.Cpu, Gat, new Rng(3));

        var run = Finetune(folder, Torch(folder.At("gat.pth"), saved, name => name));

        Assert.That(run.Code, Is.Zero, run.Error);
        using var tuned = NodeClassifier.Load(folder.At("model.safetensors"), TestDevices.Cpu);
        Assert.That(tuned.Options.Encoder, Is.EqualTo(Gat));
        Assert.That(tuned.Encoder.Sha256(), Is.EqualTo(saved.Sha256()), "a probe leaves the encoder as it was");
    }

    [Test]
    public void PyGs_own_names_are_known_under_a_prefix()
    {
        using var folder = new TempFolder();
        using var saved = new Encoder(TestDevices.Cpu, new() { Inputs = 6, Hidden = 8, Norm = NormKind.Layer }, new Rng(3));
        var path = Torch(folder.At("gcn.pt"), saved, name => $"gnn.{name.Replace("norms.0.", "norms.0.module.", StringComparison.Ordinal).Replace("norms.1.", "norms.1.module.", StringComparison.Ordinal)}");

        using var loaded = Encoder.Load(path, TestDevices.Cpu);
        var run = Finetune(folder, path);

        Assert.That(loaded.Sha256(), Is.EqualTo(saved.Sha256()));
        Assert.That(run.Code, Is.Zero, run.Error);
    }

    [Test]
    public void An_encoder_of_molecules_is_told_so()
    {
        using var folder = new TempFolder();
        using var saved = new MolecularEncoder(TestDevices.Cpu, new() { Layers = 1, Width = 4 }, new Rng(1));
        Checkpoint.Save(folder.At("gin.safetensors"), saved);

        var run = Finetune(folder, folder.At("gin.safetensors"));

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Complaints, Has.Length.EqualTo(1).And.One.Contains("needs an encoder of node features"));
        Assert.That(() => Encoder.Load(folder.At("gin.safetensors"), TestDevices.Cpu), Throws.TypeOf<InvalidDataException>().With.Message.Contains("EncoderFile.Load"));
    }
}
