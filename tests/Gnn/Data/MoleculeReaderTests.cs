using GraphTune.Gnn.Data;
using NUnit.Framework;
using static GraphTune.Tests.NpyBuilder;

namespace GraphTune.Tests;

public sealed class MoleculeReaderTests
{
    [TestCase("bbbp", 2039, 49_068, 105_842, 1, 1631, 204, 204)]
    [TestCase("tox21", 7831, 145_459, 302_190, 12, 6264, 783, 784)]
    [TestCase("clintox", 1477, 38_637, 82_372, 2, 1181, 148, 148)]
    [TestCase("sider", 1427, 48_006, 100_912, 27, 1141, 143, 143)]
    [TestCase("esol", 1128, 14_991, 30_856, 1, 902, 113, 113)]
    [TestCase("freesolv", 642, 5600, 10_770, 1, 513, 64, 65)]
    public void The_given_sets_have_the_published_counts(string name, int graphs, int nodes, int edges, int tasks, int train, int validation, int test)
    {
        var data = MoleculeReader.Read(SharedData.At("data", "molecules", name));

        Assert.That((data.Name, data.Graphs, data.Nodes, data.Edges, data.Tasks.Count), Is.EqualTo((name, graphs, nodes, edges, tasks)));
        Assert.That((data.Splits[0].Train.Length, data.Splits[0].Validation.Length, data.Splits[0].Test.Count), Is.EqualTo((train, validation, test)));
        Assert.That((data.Task, data.Metric), Is.EqualTo(name is "esol" or "freesolv" ? (TaskKind.Regression, "rmse") : (TaskKind.Binary, "auroc")));
        Assert.That(data.Ids, Has.Count.EqualTo(graphs));
    }

    [Test]
    public void Missing_labels_of_tox21_are_NaN()
    {
        var data = MoleculeReader.Read(SharedData.At("data", "molecules", "tox21"));
        var train = data.Splits[0].Train.SelectMany(g => data.Labels[(g * 12)..(g * 12 + 12)]).ToArray();

        Assert.That((train.Count(y => y == 1), train.Count(y => y == 0)), Is.EqualTo((4500, 59_233)));
        Assert.That((data.Tasks[0], data.Ids![1]), Is.EqualTo(("NR-AR", "CCN1C(=O)NC(c2ccccc2)C1=O")));
    }

    private static Dictionary<string, byte[]> Toy() => new()
    {
        ["node_ptr"] = Ints(0, 2, 3),
        ["edge_ptr"] = Ints(0, 2, 2),
        ["x"] = IntTable(3, 2, 5, 0, 7, 1, 6, 0),
        ["edge_index"] = IntTable(2, 2, 0, 1, 1, 0),
        ["edge_attr"] = IntTable(2, 2, 1, 0, 1, 0),
        ["y"] = IntTable(2, 2, 1, -1, 0, 1),
        ["train_idx"] = Ints(0),
        ["valid_idx"] = Npy<int>("<i4", "(0,)"),
        ["test_idx"] = Ints(1),
    };

    private static IEnumerable<TestCaseData> Broken()
    {
        static TestCaseData Case(string name, byte[] array, string line) => new TestCaseData(name, array, line).SetArgDisplayNames(line);
        yield return Case("x", IntTable(3, 1, 5, 7, 6), "x has the shape (3, 1); rows of two codes are wanted.");
        yield return Case("x", Raw("'|O'", "(3, 2)", new byte[48]), "x: an array of Python objects is refused");
        yield return Case("edge_index", IntTable(2, 2, 0, 1, 1, 2), "graph 0: edge 1 goes from 1 to 2, but the graph has 2 nodes");
        yield return Case("edge_index", IntTable(1, 2, 0, 1), "edge_index has the shape (1, 2); two rows of node ids are wanted.");
        yield return Case("node_ptr", Ints(0, 2, 4), "4 nodes but codes for 3");
        yield return Case("y", IntTable(2, 2, 1, 5, 0, 1), "y: graph 0, task 1 is 5; -1, 1, and 0 where it is missing are wanted.");
        yield return Case("test_idx", Ints(0), "split 0: graph 0 is in train and in test");
    }

    [TestCaseSource(nameof(Broken))]
    public void A_broken_file_is_one_clear_line(string name, byte[] array, string line)
    {
        using var folder = new TempFolder();
        var arrays = Toy();
        arrays[name] = array;

        var error = Assert.Throws<InvalidDataException>(() => MoleculeReader.Read(Npz(folder.At("graphs.npz"), arrays)))!;

        Assert.That(error.Message, Does.StartWith(folder.At("graphs.npz")).And.Contain(line).And.Not.Contain('\n'));
    }

    [TestCase("{\"tasks\": [\"a\"]}", "1 task names for 2 label columns")]
    [TestCase("{\"tasks\": [1, 2]}", "not the JSON expected")]
    [TestCase("{", "not the JSON expected")]
    public void A_broken_description_is_one_clear_line(string json, string line)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("meta.json"), json);

        Assert.That(() => MoleculeReader.Read(Npz(folder.At("graphs.npz"), Toy())), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(folder.At("meta.json")).And.Message.Contains(line));
    }
}
