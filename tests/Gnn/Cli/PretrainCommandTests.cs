using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class PretrainCommandTests
{
    [Test]
    public void Saves_an_encoder_of_the_asked_kind_and_size([Values("gcn", "sage", "gin")] string model, [Values("masked-features", "edge-prediction", "dgi", "graphcl", "bgrl")] string pretext)
    {
        using var folder = new TempFolder();
        var path = folder.At("encoder.safetensors");

        var run = ToolRun.Of("pretrain", "--data", SmallGraph.Write(folder), "--model", model, "--pretext", pretext, "--layers", "3", "--hidden", "10", "--epochs", "3", "--out", path, "--device", "cpu", "--json");

        var saved = SafeTensors.Read(path);
        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(run.Json.GetProperty("weightsSha256").GetString(), Has.Length.EqualTo(64));
        Assert.That(run.Json.GetProperty("quality").GetProperty("rankMe").GetDouble(), Is.InRange(0, 10.1));
        Assert.That(saved.Metadata["graphtune.model"], Is.EqualTo("encoder"));
        Assert.That(saved.Metadata["graphtune.options"], Does.Contain(model).And.Contain("\"hidden\":10"));
        Assert.That(saved.Metadata["pretraining"], Does.StartWith($"{pretext}, 3 epochs"));
        Assert.That(saved.Tensors.Select(t => t.Name), Has.Some.StartsWith("convs.2.").And.None.StartsWith("convs.3."));
    }

    [Test]
    public void Molecules_make_an_encoder_that_embed_and_inspect_read([Values("attribute-masking", "context-prediction", "supervised", "edge-prediction", "dgi", "graphcl", "bgrl")] string pretext)
    {
        using var folder = new TempFolder();
        var (molecules, encoder, rows) = (folder.At("molecules.csv"), folder.At("encoder.safetensors"), folder.At("rows.safetensors"));
        File.WriteAllText(molecules, "smiles,active\nCCCCCCCCCO,1\nc1ccccc1CCCCCN,0\nCC(=O)Oc1ccccc1C(=O)O,1\nCCCCCCCCCCCC,0\n");

        var run = ToolRun.Of("pretrain", "--data", molecules, "--pretext", pretext, "--layers", "2", "--hidden", "8", "--epochs", "2", "--batch-size", "3", "--out", encoder, "--device", "cpu", "--json");

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(SafeTensors.Read(encoder).Metadata["pretraining"], Does.StartWith($"{pretext}, 2 epochs"));
        Assert.That(ToolRun.Of("inspect", encoder).Out, Does.Contain("molecular encoder").And.Contain("gin, 2 layers, width 8"));
        var embedded = ToolRun.Of("embed", "--encoder", encoder, "--data", molecules, "--out", rows, "--device", "cpu");
        Assert.That(embedded.Code, Is.Zero, embedded.Error);
        Assert.That(embedded.Out, Does.Match(@"Embeddings, labels aside: RankMe \d+\.\d of 8, rank \d, self-clustering"));

        var second = ToolRun.Of("pretrain", "--data", molecules, "--encoder", encoder, "--pretext", "supervised", "--epochs", "1", "--out", folder.At("second.safetensors"), "--device", "cpu");
        Assert.That(second.Code, Is.Zero, second.Error);
        Assert.That(SafeTensors.Read(folder.At("second.safetensors")).Metadata["graphtune.options"], Is.EqualTo(SafeTensors.Read(encoder).Metadata["graphtune.options"]));
    }

    [Test]
    public void A_single_long_run_tells_how_far_it_is_a_tenth_at_a_time()
    {
        using var folder = new TempFolder();

        var run = ToolRun.Of("pretrain", "--data", SmallGraph.Write(folder), "--epochs", "40", "--out", folder.At("encoder.safetensors"), "--device", "cpu");

        Assert.That(run.Out.Split('\n').Count(line => line.StartsWith("pre-training", StringComparison.Ordinal)), Is.EqualTo(10));
        Assert.That(run.Out, Does.Match(@"epoch  4/40  loss \d").And.Match("epoch 40/40"));
    }

    [Test]
    public void Without_a_place_to_write_it_does_not_begin()
    {
        using var folder = new TempFolder();

        var run = ToolRun.Of("pretrain", "--data", SmallGraph.Write(folder));

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Complaints, Has.Length.EqualTo(1).And.One.Contains("--out"));
    }
}
