using GraphTune.Gnn.Data;
using NUnit.Framework;
using static GraphTune.Tests.PickleBuilder;

namespace GraphTune.Tests;

public sealed class PlanetoidReaderTests
{
    [TestCase("cora", 2708, 5278, 1433, 7, 140, 0.0127)]
    [TestCase("citeseer", 3327, 4552, 3703, 6, 120, 0.0085)]
    public void The_original_files_have_the_published_counts(string name, int nodes, int undirected, int features, int classes, int train, double density)
    {
        var data = PlanetoidReader.Read(SharedData.At("data", "node", "planetoid"), name);

        Assert.That((data.Nodes, data.Edges.Count, data.Features.Columns, data.Classes), Is.EqualTo((nodes, 2 * undirected, features, classes)));
        Assert.That((data.Splits[0].Train.Length, data.Splits[0].Validation.Length, data.Splits[0].Test.Count), Is.EqualTo((train, 500, 1000)));
        Assert.That(data.Splits[0].Train.CountBy(row => data.Labels[row]).Select(pair => pair.Value), Is.All.EqualTo(20));
        Assert.That(data.Features.Density, Is.EqualTo(density).Within(0.0001));
    }

    [Test]
    public void The_15_lost_nodes_of_CiteSeer_have_no_features_label_or_split()
    {
        var data = PlanetoidReader.Read(SharedData.At("data", "node", "planetoid"), "citeseer");

        var lost = Enumerable.Range(0, data.Nodes).Where(node => data.Labels[node] < 0).ToArray();

        Assert.That(lost, Has.Length.EqualTo(15));
        Assert.That(lost.Select(node => data.Features.Sparse!.RowStart[node + 1] - data.Features.Sparse.RowStart[node]), Is.All.Zero);
        Assert.That(lost.Intersect(data.Splits[0].Test.Open()), Is.Empty);
    }

    [Test]
    public void Test_rows_are_put_where_the_index_says()
    {
        using var folder = new TempFolder();

        var data = PlanetoidReader.Read(WritePlanetoid(folder.Path, "toy"), "toy");

        var x = data.Features.ToDense();
        Assert.That(data.Splits[0].Test.Open(), Is.EqualTo(new[] { 511, 510, 512, 516, 515, 514 }));
        Assert.That((x[511 * 7 + 0], x[510 * 7 + 1], x[514 * 7 + 5], x[509 * 7 + 509 % 7]), Is.EqualTo((1f, 2f, 6f, 510f)));
        Assert.That((data.Labels[511], data.Labels[510], data.Labels[514], data.Labels[513]), Is.EqualTo((0, 1, 2, -1)));
        Assert.That(x[(513 * 7)..(514 * 7)], Is.All.Zero);
    }

    [Test]
    public void Edges_are_undirected_once_and_without_loops()
    {
        using var folder = new TempFolder();

        var edges = PlanetoidReader.Read(WritePlanetoid(folder.Path, "toy"), "toy").Edges;

        Assert.That(edges.Count, Is.EqualTo(2 * 516));
        Assert.That(edges.Source.Zip(edges.Target).Any(edge => edge.First == edge.Second), Is.False);
    }

    [TestCase("x")]
    [TestCase("allx")]
    [TestCase("ally")]
    [TestCase("graph")]
    public void A_truncated_file_is_one_clear_line_wherever_it_ends(string part)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(WritePlanetoid(folder.Path, "toy"), $"ind.toy.{part}");
        var whole = File.ReadAllBytes(path);

        for (var length = 0; length < whole.Length; length += 97)
        {
            File.WriteAllBytes(path, whole[..length]);
            var error = Assert.Throws<InvalidDataException>(() => PlanetoidReader.Read(folder.Path, "toy"))!;
            Assert.That(error.Message, Does.StartWith(path).And.Contain("truncated").And.Not.Contain('\n'));
        }
    }

    [Test]
    public void The_original_graph_file_may_be_cut_anywhere()
    {
        var whole = File.ReadAllBytes(SharedData.At("data", "node", "planetoid", "ind.cora.graph"));

        for (var length = 0; length < whole.Length; length += 97)
            Assert.Throws<InvalidDataException>(() => new RestrictedPickle(whole[..length], "graph").Load());
    }

    [Test]
    public void A_missing_file_is_named()
    {
        using var folder = new TempFolder();
        File.Delete(Path.Combine(WritePlanetoid(folder.Path, "toy"), "ind.toy.ally"));

        var error = Assert.Throws<FileNotFoundException>(() => PlanetoidReader.Read(folder.Path, "toy"))!;

        Assert.That(error.Message, Does.Contain("no file 'ind.toy.ally'").And.Not.Contain('\n'));
    }

    [TestCase("ind.toy.test.index", "511\n510\n512\n516\n515\n9999\n", "line 6 is '9999'; a node from 510 to 516 is wanted")]
    [TestCase("ind.toy.test.index", "511\n510\n", "2 lines for 6 rows of tx")]
    public void A_wrong_test_index_is_one_clear_line(string file, string text, string line)
    {
        using var folder = new TempFolder();
        File.WriteAllText(Path.Combine(WritePlanetoid(folder.Path, "toy"), file), text);

        Assert.That(Assert.Throws<InvalidDataException>(() => PlanetoidReader.Read(folder.Path, "toy"))!.Message, Does.Contain(line));
    }

    [Test]
    public void Files_that_do_not_fit_each_other_are_one_clear_line()
    {
        using var folder = new TempFolder();
        WritePlanetoid(folder.Path, "toy");
        File.WriteAllBytes(folder.At("ind.toy.ally"), Pickle(OneHot(509, 3)));

        Assert.That(Assert.Throws<InvalidDataException>(() => PlanetoidReader.Read(folder.Path, "toy"))!.Message, Does.Contain("509 rows of labels for 510 rows of features"));
    }
}
