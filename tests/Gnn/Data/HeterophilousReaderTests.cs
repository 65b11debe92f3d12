using GraphTune.Gnn.Data;
using NUnit.Framework;
using static GraphTune.Tests.NpyBuilder;

namespace GraphTune.Tests;

public sealed class HeterophilousReaderTests
{
    private static Dictionary<string, byte[]> Toy() => new()
    {
        ["node_features"] = FloatTable(4, 2, 1, 2, 3, 4, 5, 6, 7, 8),
        ["node_labels"] = Ints(0, 1, 0, 1),
        ["edges"] = IntTable(3, 2, 0, 1, 1, 2, 3, 3),
        ["train_masks"] = Npy("|b1", "(1, 4)", true, true, false, false),
        ["val_masks"] = Npy("|b1", "(1, 4)", false, false, true, false),
        ["test_masks"] = Npy("|b1", "(1, 4)", false, false, false, true),
    };

    [TestCase("tolokers.npz", 11_758, 519_000, 10, 2, "auroc")]
    [TestCase("chameleon_filtered.npz", 890, 8854, 2325, 5, "accuracy")]
    [TestCase("actor.npz", 7600, 26_659, 932, 5, "accuracy")]
    [TestCase("texas.npz", 183, 279, 1703, 5, "accuracy")]
    public void The_original_files_have_the_published_counts(string file, int nodes, int undirected, int features, int classes, string metric)
    {
        var data = HeterophilousReader.Read(SharedData.At("data", "node", "heterophilous", file));

        Assert.That((data.Nodes, data.Edges.Source.Zip(data.Edges.Target).Count(edge => edge.First <= edge.Second)), Is.EqualTo((nodes, undirected)));
        Assert.That((data.Features.Columns, data.Classes, data.Metric, data.Splits.Count), Is.EqualTo((features, classes, metric, 10)));
    }

    [Test]
    public void A_fifth_of_the_tolokers_were_banned()
    {
        var data = HeterophilousReader.Read(SharedData.At("data", "node", "heterophilous", "tolokers.npz"));

        Assert.That(data.Labels.Average(), Is.EqualTo(0.218).Within(0.001));
    }

    [Test]
    public void Edges_become_undirected_and_loops_stay()
    {
        using var folder = new TempFolder();

        var data = HeterophilousReader.Read(Npz(folder.At("toy.npz"), Toy()));

        Assert.That(data.Edges.Source, Is.EqualTo(new[] { 1, 0, 2, 1, 3 }));
        Assert.That(data.Edges.Target, Is.EqualTo(new[] { 0, 1, 1, 2, 3 }));
        Assert.That((data.Splits[0].Train, data.Splits[0].Validation, data.Splits[0].Test.Open()), Is.EqualTo((new[] { 0, 1 }, new[] { 2 }, new[] { 3 })));
    }

    private static IEnumerable<TestCaseData> Broken()
    {
        static TestCaseData Case(string name, byte[] array, string line) => new TestCaseData(name, array, line).SetArgDisplayNames(line);
        yield return Case("edges", IntTable(3, 2, 0, 1, 1, 4, 3, 3), "edges: index 4 in row 1 is out of range; node ids run from 0 to 3");
        yield return Case("edges", IntTable(2, 3, 0, 1, 1, 2, 3, 3), "edges has 3 columns; source and target are wanted");
        yield return Case("edges", Ints(0, 1, 1, 2), "edges has the shape (4); two axes are wanted");
        yield return Case("node_labels", Ints(0, 1, 0), "4 nodes but 3 labels");
        yield return Case("val_masks", Npy("|b1", "(1, 4)", true, false, true, false), "split 0: node 0 is in train and in validation; the parts must not overlap");
        yield return Case("val_masks", Npy("|b1", "(2, 2)", true, false, true, false), "val_masks has 2 columns for 4 nodes");
        yield return Case("test_masks", Npy("|b1", "(0, 4)", Array.Empty<bool>()), "1 train, 1 validation and 0 test masks; they come in threes");
        yield return Case("train_masks", Npy("|b1", "(1, 4)", true, false, false, false), "class 1 has no training label");
        yield return Case("node_features", FloatTable(4, 2, 1, 2, 3, 4, float.PositiveInfinity, 6, 7, 8), "the feature at row 2, column 0 is infinite");
        yield return Case("node_features", Raw("'|O'", "(4, 2)", new byte[64]), "node_features: an array of Python objects is refused");
    }

    [TestCaseSource(nameof(Broken))]
    public void A_broken_file_is_one_clear_line(string name, byte[] array, string line)
    {
        using var folder = new TempFolder();
        var arrays = Toy();
        arrays[name] = array;

        var error = Assert.Throws<InvalidDataException>(() => HeterophilousReader.Read(Npz(folder.At("toy.npz"), arrays)))!;

        Assert.That(error.Message, Does.StartWith(folder.At("toy.npz")).And.Contain(line).And.Not.Contain('\n'));
    }
}
