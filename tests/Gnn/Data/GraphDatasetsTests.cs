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
    public void What_is_not_there_is_told_with_what_was_looked_for()
    {
        using var folder = new TempFolder();

        Assert.That(() => Datasets.OpenGraphs(folder.At("none")), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("There is no file or folder"));
        Assert.That(() => Datasets.OpenGraphs(folder.Path, "x"), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("with the name 'x' holds no data set of many graphs"));
    }
}
