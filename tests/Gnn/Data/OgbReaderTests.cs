using System.IO.Compression;
using System.Text;
using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class OgbReaderTests
{
    // A path 0-1-2 and an edge 0-1, each edge once.
    private static Dictionary<string, string> Graphs() => new()
    {
        ["raw/edge.csv"] = "0,1\n1,2\n0,1\n",
        ["raw/num-node-list.csv"] = "3\n2\n",
        ["raw/num-edge-list.csv"] = "2\n1\n",
        ["raw/node-feat.csv"] = "5,0\n6,0\n7,1\n5,0\n5,2\n",
        ["raw/edge-feat.csv"] = "0.5\n1.5\n2.5\n",
        ["raw/graph-label.csv"] = "1,\n0,1\n",
        ["split/scaffold/train.csv"] = "0\n",
        ["split/scaffold/valid.csv"] = "\n",
        ["split/scaffold/test.csv"] = "1\n",
    };

    private static string Write(TempFolder folder, Dictionary<string, string> files, bool zipped = true)
    {
        foreach (var (name, text) in files)
        {
            var path = folder.At(name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (!zipped) { File.WriteAllText(path, text); continue; }
            using var file = new GZipStream(File.Create($"{path}.gz"), CompressionLevel.Fastest);
            file.Write(Encoding.UTF8.GetBytes(text));
        }
        return folder.Path;
    }

    [Test]
    public void Many_graphs_get_the_reverse_of_each_edge_after_it([Values] bool zipped)
    {
        using var folder = new TempFolder();

        var data = OgbReader.ReadGraphs(Write(folder, Graphs(), zipped));

        Assert.That((data.NodeStart, data.EdgeStart), Is.EqualTo((new[] { 0, 3, 5 }, new[] { 0, 4, 6 })));
        Assert.That((data.Source, data.Target), Is.EqualTo((new[] { 0, 1, 1, 2, 0, 1 }, new[] { 1, 0, 2, 1, 1, 0 })));
        Assert.That((data.NodeCodes!.Sizes, data.EdgeFeatures!.Dense), Is.EqualTo((new[] { 8, 3 }, new[] { 0.5f, 0.5f, 1.5f, 1.5f, 2.5f, 2.5f })));
        Assert.That((data.Task, data.Labels), Is.EqualTo((TaskKind.Binary, new[] { 1f, float.NaN, 0, 1 })));
        Assert.That((data.Splits[0].Train, data.Splits[0].Validation, data.Splits[0].Test.Open()), Is.EqualTo((new[] { 0 }, Array.Empty<int>(), new[] { 1 })));
    }

    [Test]
    public void Edges_given_both_ways_or_asked_to_stay_directed_stay()
    {
        using var folder = new TempFolder();
        var files = Graphs();
        Assert.That(OgbReader.ReadGraphs(Write(folder, files), new() { Directed = true }).Edges, Is.EqualTo(3));

        files["raw/edge.csv"] = "0,1\n1,0\n0,1\n";
        Assert.That(OgbReader.ReadGraphs(Write(folder, files)).Edges, Is.EqualTo(3));
    }

    [TestCase("2,\n0,1\n", TaskKind.Regression, "rmse")]
    [TestCase("2\n0\n", TaskKind.MultiClass, "accuracy")]
    [TestCase("nan\n0.5\n", TaskKind.Regression, "rmse")]
    [TestCase("nan\n1\n", TaskKind.Binary, "auroc")]
    public void Labels_say_what_they_mean(string labels, TaskKind kind, string metric)
    {
        using var folder = new TempFolder();
        var files = Graphs();
        files["raw/graph-label.csv"] = labels;

        var data = OgbReader.ReadGraphs(Write(folder, files));

        Assert.That((data.Task, data.Metric), Is.EqualTo((kind, metric)));
    }

    [Test]
    public void One_graph_gives_nodes_with_classes()
    {
        using var folder = new TempFolder();
        Dictionary<string, string> files = new()
        {
            ["raw/edge.csv"] = "0,1\n1,2\n3,0\n",
            ["raw/num-node-list.csv"] = "4\n",
            ["raw/num-edge-list.csv"] = "3\n",
            ["raw/node-feat.csv"] = "0.5,1\n1.5,2\n2.5,3\n3.5,4\n",
            ["raw/node-label.csv"] = "0\n1\n0\n1\n",
            ["split/time/train.csv"] = "0\n1\n",
            ["split/time/valid.csv"] = "2\n",
            ["split/time/test.csv"] = "3\n",
        };

        var data = OgbReader.ReadNodes(Write(folder, files));

        Assert.That((data.Nodes, data.Edges.Count, data.Classes, data.Features.Columns), Is.EqualTo((4, 6, 2, 2)));
        Assert.That(OgbReader.ReadNodes(folder.Path, new() { Directed = true }).Edges.Source, Is.EqualTo(new[] { 0, 1, 3 }));
    }

    private static IEnumerable<TestCaseData> Broken()
    {
        static TestCaseData Case(string name, string text, string line) => new TestCaseData(name, text, line).SetArgDisplayNames(line);
        yield return Case("raw/edge.csv", "0,1\n1,3\n0,1\n", "edge.csv.gz: line 2: node 3 is out of range; the nodes of graph 0 run from 0 to 2.");
        yield return Case("raw/edge.csv", "0,1\n1,2\n", "edge.csv.gz: line 2: the file ends after 2 of 3 edges.");
        yield return Case("raw/edge.csv", "0,1\n1,2\n0,1\n0,1\n", "edge.csv.gz: line 4: the file goes on after 3 edges.");
        yield return Case("raw/num-edge-list.csv", "3\n", "2 graphs in num-node-list.csv, but 1 in num-edge-list.csv.");
        yield return Case("raw/num-node-list.csv", "2000000000\n2000000000\n", "4000000000 in all are more than an array holds.");
        yield return Case("raw/node-feat.csv", "5,0\n", "node-feat.csv.gz: 1 rows for 5 nodes.");
        yield return Case("raw/graph-label.csv", "1,0\n1,active\n", "graph-label.csv.gz: line 2: the label is 'active', not a number.");
        yield return Case("raw/graph-label.csv", "1\n", "2 graphs of 1 tasks need 2 labels, found 1.");
        yield return Case("split/scaffold/test.csv", "2\n", "split 0: test row 2 is out of range; graphs run from 0 to 1.");
    }

    [TestCaseSource(nameof(Broken))]
    public void A_broken_file_is_one_clear_line(string name, string text, string line)
    {
        using var folder = new TempFolder();
        var files = Graphs();
        files[name] = text;

        Assert.That(Assert.Throws<InvalidDataException>(() => OgbReader.ReadGraphs(Write(folder, files)))!.Message, Does.StartWith(folder.Path).And.EndWith(line));
    }

    [Test]
    public void A_truncated_gzip_file_is_one_clear_line()
    {
        using var folder = new TempFolder();
        var files = Graphs();
        files["raw/edge.csv"] = string.Concat(Enumerable.Range(0, 5000).Select(k => $"{k % 3},{k % 7 % 3}\n"));
        files["raw/num-edge-list.csv"] = "4999\n1\n";
        Write(folder, files);
        var whole = File.ReadAllBytes(folder.At("raw/edge.csv.gz"));
        File.WriteAllBytes(folder.At("raw/edge.csv.gz"), whole[..(whole.Length / 2)]);

        Assert.That(() => OgbReader.ReadGraphs(folder.Path), Throws.TypeOf<InvalidDataException>().With.Message.Contains("edge.csv.gz").And.Message.Not.Contains("\n"));
    }

    [Test]
    public void Several_splits_want_a_choice()
    {
        using var folder = new TempFolder();
        var files = Graphs();
        foreach (var part in new[] { "train", "valid", "test" }) files[$"split/random/{part}.csv"] = files[$"split/scaffold/{part}.csv"];
        Write(folder, files);

        Assert.That(() => OgbReader.ReadGraphs(folder.Path), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("random, scaffold; say which"));
        Assert.That(OgbReader.ReadGraphs(folder.Path, new() { Split = "random" }).Graphs, Is.EqualTo(2));
    }
}
