using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class GraphDatasetsTests
{
    [TestCase("tu/MUTAG", null, 188)]
    [TestCase("tu/MUTAG/tu_format", null, 188)]
    [TestCase("tu", "MUTAG", 188)]
    [TestCase("tu/MUTAG/MUTAG.txt", null, 188)]
    [TestCase("tu/MUTAG/tu_format/MUTAG_A.txt", null, 188)]
    [TestCase("molecules", "freesolv", 642)]
    [TestCase("molecules/freesolv/graphs.npz", null, 642)]
    public void Every_layout_of_many_graphs_is_recognised(string path, string? name, int graphs)
    {
        var place = SharedData.At(["data", .. path.Split('/')]);

        Assert.That(Datasets.HoldsGraphs(place, name));
        Assert.That(Datasets.OpenGraphs(place, name).Graphs, Is.EqualTo(graphs));
    }

    [TestCase("node/planetoid", "cora")]
    [TestCase("node/npz/amazon_electronics_photo.npz", null)]
    [TestCase("node/heterophilous", "tolokers")]
    public void One_graph_is_not_many(string path, string? name) =>
        Assert.That(Datasets.HoldsGraphs(SharedData.At(["data", .. path.Split('/')]), name), Is.False);

    [Test]
    public void Graphs_without_attributes_get_degrees()
    {
        var data = Datasets.OpenGraphs(SharedData.At("data", "tu"), "IMDBBINARY");

        Assert.That((data.NodeCodes!.Columns, data.NodeCodes.Values.Sum()), Is.EqualTo((1, 193_062)));
    }

    [Test]
    public void TU_graphs_without_folds_get_ten()
    {
        using var folder = new TempFolder();
        File.WriteAllLines(folder.At("TOY_A.txt"), Enumerable.Range(0, 20).SelectMany(g => new[] { $"{2 * g + 1}, {2 * g + 2}", $"{2 * g + 2}, {2 * g + 1}" }));
        File.WriteAllLines(folder.At("TOY_graph_indicator.txt"), Enumerable.Range(0, 40).Select(node => $"{node / 2 + 1}"));
        File.WriteAllLines(folder.At("TOY_graph_labels.txt"), Enumerable.Range(0, 20).Select(g => $"{g % 2}"));

        var data = Datasets.OpenGraphs(folder.Path);

        Assert.That(data.Splits.Select(fold => (fold.Train.Length, fold.Validation.Length, fold.Test.Count)), Is.EqualTo(Enumerable.Repeat((18, 0, 2), 10)));
        Assert.That(data.Provenance, Does.Contain("10 stratified folds"));
    }

    [Test]
    public void OGB_folders_are_recognised_by_their_labels()
    {
        using var folder = new TempFolder();
        var raw = Directory.CreateDirectory(folder.At("set/raw")).FullName;
        var split = Directory.CreateDirectory(folder.At("set/split/time")).FullName;
        File.WriteAllText(Path.Combine(raw, "edge.csv"), "0,1\n1,2\n");
        File.WriteAllText(Path.Combine(raw, "num-node-list.csv"), "3\n");
        File.WriteAllText(Path.Combine(raw, "num-edge-list.csv"), "2\n");
        File.WriteAllText(Path.Combine(raw, "node-feat.csv"), "0.5\n1.5\n2.5\n");
        File.WriteAllText(Path.Combine(raw, "node-label.csv"), "0\n0\n0\n");
        foreach (var (part, row) in new[] { ("train", 0), ("valid", 1), ("test", 2) }) File.WriteAllText(Path.Combine(split, $"{part}.csv"), $"{row}\n");

        Assert.That(Datasets.HoldsGraphs(folder.At("set")), Is.False);
        Assert.That(Datasets.Open(folder.At("set")).Edges.Count, Is.EqualTo(4));
        Assert.That(Datasets.Open(folder.Path, "set").Name, Is.EqualTo("set"));
    }

    [Test]
    public void What_is_not_there_is_told_with_what_was_looked_for()
    {
        using var folder = new TempFolder();

        Assert.That(() => Datasets.OpenGraphs(folder.At("none")), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("There is no file or folder"));
        Assert.That(() => Datasets.OpenGraphs(folder.Path, "x"), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("with the name 'x' holds no data set of many graphs"));
    }
}
