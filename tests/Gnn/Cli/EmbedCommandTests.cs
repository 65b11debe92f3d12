using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Models;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class EmbedCommandTests
{
    [Test]
    public void A_published_encoder_embeds_a_plain_graph_file([Values("gat", "graphsage", "gcn")] string body)
    {
        using var folder = new TempFolder();
        var golden = SharedData.At("data", "molecules", "golden", $"{body}_contextpred_16mol.safetensors");
        var encoder = SharedData.At("data", "molecules", "checkpoints", "hu2020", $"{body}_contextpred.pth");

        var run = ToolRun.Of("embed", "--encoder", encoder, "--data", golden, "--out", folder.At("e.safetensors"), "--device", "cpu", "--json");

        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(run.Json.GetProperty("encoder").GetString(), Does.Contain($": {body},"));
        var (wanted, found) = (new MoleculeFile(golden), SafeTensors.Read(folder.At("e.safetensors")));
        foreach (var name in new[] { "node_emb", "graph_emb_mean" }) wanted.Compare(name, found[name].ToFloats());
        Assert.That(wanted.Worst, Is.LessThan(1e-4), wanted.WorstName);
    }

    [Test]
    public void Tables_are_written_by_the_ending()
    {
        using var folder = new TempFolder();
        Files(folder);

        foreach (var ending in new[] { "npy", "csv", "safetensors" })
            Assert.That(ToolRun.Of("embed", "--encoder", folder.At("m.safetensors"), "--data", folder.At("g.safetensors"), "--out", folder.At($"e.{ending}"), "--device", "cpu").Code, Is.Zero);

        var nodes = SafeTensors.Read(folder.At("e.safetensors"))["node_emb"].ToFloats();
        Assert.That(NpyReader.Read(folder.At("e.npy")).ToFloats(), Is.EqualTo(nodes));
        Assert.That(NpyReader.Read(folder.At("e.graphs.npy")).Shape, Is.EqualTo(new[] { 2L, 4L }));
        var lines = File.ReadAllLines(folder.At("e.csv"));
        Assert.That(lines[0], Is.EqualTo("node,graph,e0,e1,e2,e3"));
        Assert.That(lines[3].Split(',').Skip(2).Select(v => float.Parse(v, System.Globalization.CultureInfo.InvariantCulture)), Is.EqualTo(nodes[8..12]));
        Assert.That(File.ReadAllLines(folder.At("e.graphs.csv")), Has.Length.EqualTo(3));
    }

    [Test]
    public void What_does_not_fit_is_told_in_one_line_and_nothing_is_written()
    {
        using var folder = new TempFolder();
        Files(folder);
        new SafeTensors([HostTensor.Of("x", [1, 2], [1L, 0L]), HostTensor.Of("edge_index", [2, 1], [0L, 1L]), HostTensor.Of("edge_attr", [1, 2], [0L, 0L])]).Write(folder.At("bad.safetensors"));
        new SafeTensors([HostTensor.Of("x", [1, 2], [500L, 0L]), HostTensor.Of("edge_index", [2, 0], Array.Empty<long>()), HostTensor.Of("edge_attr", [0, 2], Array.Empty<long>())]).Write(folder.At("high.safetensors"));

        string[] Complaint(string encoder, string data, string output)
        {
            var run = ToolRun.Of("embed", "--encoder", folder.At(encoder), "--data", folder.At(data), "--out", folder.At(output), "--device", "cpu");
            Assert.That(run.Code, Is.EqualTo(2));
            return run.Complaints;
        }

        Assert.That(Complaint("m.safetensors", "bad.safetensors", "o.npy"), Has.Length.EqualTo(1).And.One.Contains("edge_index holds 1 at position 1; 0 to 0 is wanted"));
        Assert.That(Complaint("m.safetensors", "high.safetensors", "o.npy"), Has.Length.EqualTo(1).And.One.Contains("a code 500 of atom, but the model knows 0 to 119"));
        Assert.That(Complaint("m.safetensors", "g.safetensors", "o.txt"), Has.Length.EqualTo(1).And.One.Contains(".npy"));
        Assert.That(Complaint("g.safetensors", "g.safetensors", "o.npy"), Has.Length.EqualTo(1).And.One.Contains("no encoder is recognised"));
        Assert.That(File.Exists(folder.At("o.npy")), Is.False);
    }

    [Test]
    public void Inspect_tells_the_encoder_and_the_names_that_would_apply()
    {
        using var folder = new TempFolder();
        Files(folder);

        var run = ToolRun.Of("inspect", folder.At("m.safetensors"));

        Assert.That(run.Out, Does.Contain("molecular encoder (Hu et al. 2020): gin, 2 layers, width 4").And.Contain("names: as they are"));
    }

    // A small encoder, and two molecules: one of three atoms, one of one.
    private static void Files(TempFolder folder)
    {
        using (var encoder = new MolecularEncoder(TestDevices.Cpu, new MolecularOptions { Layers = 2, Width = 4 }, new Rng(1))) Checkpoint.Save(folder.At("m.safetensors"), encoder);
        new SafeTensors(
        [
            HostTensor.Of("x", [4, 2], [5L, 0, 6, 0, 5, 1, 16, 0]), HostTensor.Of("edge_index", [2, 4], [0L, 1, 1, 2, 1, 0, 2, 1]),
            HostTensor.Of("edge_attr", [4, 2], [0L, 0, 0, 0, 1, 0, 1, 0]), HostTensor.Of("batch", [4], [0L, 0, 0, 1]),
        ]).Write(folder.At("g.safetensors"));
    }
}
