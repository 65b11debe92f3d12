using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class TuReaderTests
{
    [TestCase("MUTAG", 188, 3371, 7442, 7, 2)]
    [TestCase("NCI1", 4110, 122_747, 265_506, 37, 2)]
    [TestCase("IMDBBINARY", 1000, 19_773, 193_062, 0, 2)]
    public void Both_original_formats_have_the_published_counts(string name, int graphs, int nodes, int edges, int codes, int classes)
    {
        var folder = TuReader.Read(SharedData.At("data", "tu", name, "tu_format"));
        var text = DgcnnTextReader.Read(SharedData.At("data", "tu", name, $"{name}.txt"));

        foreach (var data in new[] { folder, text })
        {
            Assert.That((data.Name, data.Graphs, data.Nodes, data.Edges, data.Classes), Is.EqualTo((name, graphs, nodes, edges, classes)));
            Assert.That(data.NodeCodes?.Sizes.Single() ?? 0, Is.EqualTo(codes));
            Assert.That(data.Splits.Select(fold => fold.Train.Length + fold.Test.Count), Is.All.EqualTo(graphs));
        }
        Assert.That((text.NodeStart, text.EdgeStart, text.Labels), Is.EqualTo((folder.NodeStart, folder.EdgeStart, folder.Labels)));
        Assert.That((text.Source, text.Target), Is.EqualTo((folder.Source, folder.Target)));
        Assert.That(text.Splits, Has.Count.EqualTo(10));
    }

    private static void Toy(TempFolder folder, string? spoil = null, string? line = null)
    {
        Dictionary<string, string> files = new()
        {
            ["A"] = "4, 5\n1, 2\n2, 1\n5, 4\n",
            ["graph_indicator"] = "1\n1\n1\n2\n2\n",
            ["graph_labels"] = "1\n-1\n",
            ["node_labels"] = "3\n4\n3\n5\n3\n",
            ["edge_attributes"] = "0.5, 1\n1.5, 2\n2.5, 3\n3.5, 4\n",
        };
        if (spoil is not null) files[spoil] = line!;
        foreach (var (name, text) in files) File.WriteAllText(folder.At($"TOY_{name}.txt"), text);
    }

    [Test]
    public void Edges_come_graph_by_graph_with_what_belongs_to_them()
    {
        using var folder = new TempFolder();
        Toy(folder);

        var data = TuReader.Read(folder.Path);

        Assert.That((data.NodeStart, data.EdgeStart), Is.EqualTo((new[] { 0, 3, 5 }, new[] { 0, 2, 4 })));
        Assert.That((data.Source, data.Target), Is.EqualTo((new[] { 0, 1, 0, 1 }, new[] { 1, 0, 1, 0 })));
        Assert.That(data.EdgeFeatures!.Dense, Is.EqualTo(new[] { 1.5f, 2, 2.5f, 3, 0.5f, 1, 3.5f, 4 }));
        Assert.That((data.Labels, data.NodeCodes!.Values), Is.EqualTo((new[] { 1f, 0 }, new[] { 0, 1, 0, 2, 0 })));
    }

    [TestCase("A", "1, 2\n2, 6\n", "TOY_A.txt: line 2: node 6 is out of range; nodes run from 1 to 5.")]
    [TestCase("A", "1, 4\n", "TOY_A.txt: line 1: an edge from node 1 of graph 1 to node 4 of graph 2.")]
    [TestCase("A", "1\n", "TOY_A.txt: line 1: the line ends where the node is wanted.")]
    [TestCase("A", "1, 2, 3\n", "TOY_A.txt: line 1: '3' follows the two nodes of an edge.")]
    [TestCase("A", "\n1, two\n", "TOY_A.txt: line 2: the node is 'two', not a whole number.")]
    [TestCase("graph_indicator", "1\n1\n3\n", "TOY_graph_indicator.txt: line 3: graph 3 follows graph 1; the nodes of a graph stand together, and graphs are counted from 1 without gaps.")]
    [TestCase("graph_labels", "1\n", "TOY_graph_labels.txt: 1 labels for 2 graphs.")]
    [TestCase("graph_labels", "1\nyes\n", "TOY_graph_labels.txt: line 2: the label is 'yes', not a whole number.")]
    [TestCase("node_labels", "1\n2\n", "TOY_node_labels.txt: 2 rows for 5 nodes.")]
    [TestCase("node_labels", "1\n2\n1.5\n2\n1\n", "TOY_node_labels.txt: row 3 has the label 1.5; whole numbers are wanted.")]
    [TestCase("edge_attributes", "1, 2\n1\n", "TOY_edge_attributes.txt: line 2: 1 numbers, but 2 on the first line.")]
    public void A_broken_file_is_one_clear_line(string file, string text, string line)
    {
        using var folder = new TempFolder();
        Toy(folder, file, text);

        Assert.That(Assert.Throws<InvalidDataException>(() => TuReader.Read(folder.Path))!.Message, Does.StartWith(folder.Path).And.EndWith(line));
    }

    [TestCase("", "the file is empty; the number of graphs is wanted.")]
    [TestCase("2\n1 0\n0 0\n", "line 3: the file ends after 1 of 2 graphs.")]
    [TestCase("1\n2 0\n0 1 1\n", "line 3: the file ends within graph 0, after 1 of 2 nodes.")]
    [TestCase("1\n2 0\n0 1 2\n0 1 0\n", "line 3: neighbour 2 is out of range; the nodes of graph 0 run from 0 to 1.")]
    [TestCase("1\n1 0\n0 2 0\n", "line 3: the line ends where the neighbour is wanted.")]
    [TestCase("1\n1 0\n0 0\n7 7\n", "line 4: the file goes on after 1 graphs.")]
    public void A_broken_text_file_is_one_clear_line(string text, string line)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("toy.txt"), text);

        Assert.That(Assert.Throws<InvalidDataException>(() => DgcnnTextReader.Read(folder.At("toy.txt")))!.Message, Is.EqualTo($"{folder.At("toy.txt")}: {line}"));
    }

    [Test]
    public void A_missing_file_is_named()
    {
        using var folder = new TempFolder();
        Toy(folder);
        File.Delete(folder.At("TOY_graph_indicator.txt"));

        Assert.That(() => TuReader.Read(folder.Path), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("TOY_graph_indicator.txt"));
    }
}
