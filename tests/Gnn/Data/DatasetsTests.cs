using GraphTune.Gnn.Data;
using NUnit.Framework;
using static GraphTune.Tests.NpyBuilder;

namespace GraphTune.Tests;

public sealed class DatasetsTests
{
    [Test]
    public void Nothing_given_means_the_made_graph()
    {
        Assert.That(Datasets.Open().Name, Is.EqualTo("synthetic"));
        Assert.That(Datasets.Open(name: "synthetic").Nodes, Is.EqualTo(20_000));
    }

    [TestCase("cora", 2708)]
    [TestCase("Cora", 2708)]
    [TestCase("citeseer", 3327)]
    public void A_folder_and_a_name_mean_Planetoid_with_rows_that_sum_to_one(string name, int nodes)
    {
        var data = Datasets.Open(SharedData.At("data", "node", "planetoid"), name);

        var rows = data.Features.Sparse!;
        Assert.That(data.Nodes, Is.EqualTo(nodes));
        Assert.That(rows.Value[..rows.RowStart[1]].Sum(), Is.EqualTo(1).Within(1e-6));
        Assert.That(data.Provenance, Does.Contain("rows sum to 1"));
    }

    [Test]
    public void One_file_of_a_Planetoid_set_stands_for_all() =>
        Assert.That(Datasets.Open(SharedData.At("data", "node", "planetoid", "ind.cora.graph")).Name, Is.EqualTo("cora"));

    [TestCase("npz", "amazon_electronics_photo", 7487, "accuracy")]
    [TestCase("npz", "amazon_electronics_computers", 13_381, "accuracy")]
    [TestCase("heterophilous", "tolokers", 11_758, "auroc")]
    public void An_npz_of_either_layout_is_recognised(string folder, string name, int nodes, string metric)
    {
        var byFile = Datasets.Open(SharedData.At("data", "node", folder, $"{name}.npz"));
        var byName = Datasets.Open(SharedData.At("data", "node", folder), name);

        Assert.That((byFile.Nodes, byFile.Metric, byFile.Name), Is.EqualTo((nodes, metric, name)));
        Assert.That(byName.Edges.Source, Is.EqualTo(byFile.Edges.Source));
    }

    [Test]
    public void The_only_set_of_a_folder_needs_no_name()
    {
        using var folder = new TempFolder();

        Assert.That(Datasets.Open(PickleBuilder.WritePlanetoid(folder.Path, "toy")).Name, Is.EqualTo("toy"));
    }

    [Test]
    public void What_is_not_there_is_told_with_what_was_looked_for()
    {
        using var folder = new TempFolder();
        PickleBuilder.WritePlanetoid(folder.Path, "toy");
        PickleBuilder.WritePlanetoid(folder.Path, "toy2");
        using var empty = new TempFolder();
        Npz(empty.At("odd.npz"), new() { ["a"] = Ints(1) });

        string Message(string? path, string? name) => Assert.Throws(Is.InstanceOf<Exception>(), () => Datasets.Open(path, name))!.Message;

        Assert.That(Message(folder.At("none"), "cora"), Is.EqualTo($"There is no file or folder '{folder.At("none")}'."));
        Assert.That(Message(folder.Path, "cora"), Is.EqualTo($"There is no data set 'cora' in '{folder.Path}', neither ind.cora.* nor cora.npz; it holds toy, toy2."));
        Assert.That(Message(folder.Path, null), Is.EqualTo($"'{folder.Path}' holds toy, toy2; say which by its name."));
        Assert.That(Message(null, "corra"), Is.EqualTo("There is no data set 'corra'; by name alone there are synthetic, cora, citeseer, pubmed, all others need their folder or file."));
        Assert.That(Message(empty.At("odd.npz"), null), Does.Contain("neither a gnn-benchmark file").And.Contain("it holds a."));
    }

    [Test]
    public void An_incomplete_set_is_told_by_the_file_that_is_missing()
    {
        using var folder = new TempFolder();
        PickleBuilder.WritePlanetoid(folder.Path, "toy");
        File.Delete(folder.At("ind.toy.graph"));

        Assert.That(() => Datasets.Open(folder.Path, "toy"), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("no file 'ind.toy.graph'"));
    }
}
