using GraphTune.Gnn.Data;
using NUnit.Framework;
using static GraphTune.Tests.NpyBuilder;

namespace GraphTune.Tests;

public sealed class GnnBenchmarkReaderTests
{
    private static readonly GnnBenchmarkOptions Whole = new() { LargestComponent = false };
    private static readonly GnnBenchmarkOptions Tiny = new() { LargestComponent = false, TrainPerClass = 1, ValidationPerClass = 1, Splits = 2 };

    // A path 0–1–2–3–4–5 given in one direction, a loop at 2, and an entry of weight 0 from 0 to 5.
    private static Dictionary<string, byte[]> Toy() => new()
    {
        ["adj_data"] = Floats(1, 0, 1, 1, 1, 1, 1),
        ["adj_indices"] = Ints(1, 5, 2, 2, 3, 4, 5),
        ["adj_indptr"] = Ints(0, 2, 3, 5, 6, 7, 7),
        ["adj_shape"] = Ints(6, 6),
        ["attr_data"] = Floats(1, 2, 3, 4, 5, 6),
        ["attr_indices"] = Ints(0, 1, 2, 0, 1, 2),
        ["attr_indptr"] = Ints(0, 1, 2, 3, 4, 5, 6),
        ["attr_shape"] = Ints(6, 3),
        ["labels"] = Ints(0, 1, 0, 1, 0, 1),
    };

    [TestCase("amazon_electronics_photo.npz", 7650, 119_081, 745, 8, 0.3474)]
    [TestCase("amazon_electronics_computers.npz", 13_752, 245_861, 767, 10, 0.3484)]
    [TestCase("cora_gnnbenchmark.npz", 2708, 5278, 1433, 7, 0.0127)]
    [TestCase("citeseer_gnnbenchmark.npz", 3312, 4536, 3703, 6, 0.0086)]
    public void The_original_files_have_the_published_counts(string file, int nodes, int undirected, int features, int classes, double density)
    {
        var data = GnnBenchmarkReader.Read(SharedData.At("data", "node", "npz", file), Whole);

        Assert.That((data.Nodes, data.Edges.Count, data.Features.Columns, data.Classes), Is.EqualTo((nodes, 2 * undirected, features, classes)));
        Assert.That(data.Features.Density, Is.EqualTo(density).Within(0.0001));
        Assert.That(data.Features.Sparse, Is.Not.Null);
    }

    [TestCase("amazon_electronics_photo.npz", 7487, 119_043)]
    [TestCase("amazon_electronics_computers.npz", 13_381, 245_778)]
    public void The_largest_component_is_the_one_of_Shchur_et_al(string file, int nodes, int undirected)
    {
        var data = GnnBenchmarkReader.Read(SharedData.At("data", "node", "npz", file));

        Assert.That((data.Nodes, data.Edges.Count), Is.EqualTo((nodes, 2 * undirected)));
        Assert.That((data.Splits.Count, data.Splits[0].Train.Length, data.Splits[0].Validation.Length), Is.EqualTo((10, 20 * data.Classes, 30 * data.Classes)));
        Assert.That(data.Splits[0].Train, Is.Not.EqualTo(data.Splits[1].Train));
    }

    [Test]
    public void Edges_become_undirected_without_loops_and_zeros()
    {
        using var folder = new TempFolder();

        var data = GnnBenchmarkReader.Read(Npz(folder.At("toy.npz"), Toy()), Tiny);

        Assert.That(data.Edges.Source, Is.EqualTo(new[] { 1, 0, 2, 1, 3, 2, 4, 3, 5, 4 }));
        Assert.That(data.Edges.Target, Is.EqualTo(new[] { 0, 1, 1, 2, 2, 3, 3, 4, 4, 5 }));
        Assert.That(data.Name, Is.EqualTo("toy"));
    }

    [Test]
    public void The_largest_component_is_counted_anew()
    {
        using var folder = new TempFolder();
        var arrays = Toy();
        (arrays["adj_shape"], arrays["attr_shape"], arrays["labels"]) = (Ints(8, 8), Ints(8, 3), Ints(0, 0, 1, 0, 1, 0, 1, 0));
        (arrays["adj_indptr"], arrays["adj_indices"]) = (Ints(0, 1, 1, 2, 3, 4, 5, 6, 7), Ints(1, 3, 4, 5, 6, 7, 7));
        (arrays["attr_indptr"], arrays["adj_data"]) = (Ints(0, 0, 0, 1, 2, 3, 4, 5, 6), Floats(1, 1, 1, 1, 1, 1, 1));

        var data = GnnBenchmarkReader.Read(Npz(folder.At("toy.npz"), arrays), Tiny with { LargestComponent = true });

        Assert.That(data.Nodes, Is.EqualTo(6));
        Assert.That(data.Labels, Is.EqualTo(new[] { 1, 0, 1, 0, 1, 0 }));
        Assert.That(data.Features.Sparse!.Value, Is.EqualTo(new[] { 1f, 2, 3, 4, 5, 6 }));
        Assert.That(data.Edges.Source, Is.EqualTo(new[] { 1, 0, 2, 1, 3, 2, 4, 3, 5, 4 }));
    }

    [Test]
    public void Dense_attributes_are_read_too()
    {
        using var folder = new TempFolder();
        var arrays = Toy();
        foreach (var name in new[] { "attr_data", "attr_indices", "attr_indptr", "attr_shape" }) arrays.Remove(name);
        arrays["attr_matrix"] = FloatTable(6, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

        var data = GnnBenchmarkReader.Read(Npz(folder.At("toy.npz"), arrays), Tiny);

        Assert.That(data.Features.Dense, Has.Length.EqualTo(12));
    }

    private static IEnumerable<TestCaseData> Broken()
    {
        static TestCaseData Case(string name, byte[] array, string line) => new TestCaseData(name, array, line).SetArgDisplayNames(line);
        yield return Case("adj_indices", Ints(1, 5, 2, 2, 3, 4, 6), "adj: index 6 at entry 6 is out of range; columns run from 0 to 5");
        yield return Case("adj_indices", Ints(1, 5, 2, 2, 3, 4, -1), "adj: index -1 at entry 6 is out of range");
        yield return Case("attr_indices", Ints(0, 1, 2, 0, 1, 3), "attr: index 3 at entry 5 is out of range; columns run from 0 to 2");
        yield return Case("adj_indptr", Ints(0, 2, 1, 5, 6, 7, 7), "adj: the row starts (indptr) fall from 2 to 1 after row 1");
        yield return Case("adj_indptr", Ints(0, 2, 3, 5, 6, 7), "adj: 6 rows need 7 row starts (indptr), found 6");
        yield return Case("adj_shape", Ints(6, 7), "adj is 6 × 7; an adjacency matrix is square");
        yield return Case("attr_indptr", Ints(0, 1, 2, 3, 4, 6), "attr: 6 rows need 7 row starts (indptr), found 6");
        yield return Case("labels", Ints(0, 1, 0, 1, 0), "6 nodes in adj, but 6 feature rows and 5 labels");
        yield return Case("labels", Ints(0, 1, 0, 1, 0, 99), "node 5 has label 99; classes are counted from 0");
        yield return Case("labels", Ints(0, 1, 0, 1, 0, 2), "class 1 has 2 nodes; 1 for training, 1 for validation and one for the test are needed");
        yield return Case("labels", Raw("'|O'", "(6,)", new byte[48]), "labels: an array of Python objects is refused");
        yield return Case("attr_data", Floats(1, 2, 3, float.NaN, 5, 6), "the feature at row 3, column 0 is NaN");
        yield return Case("adj_data", Floats(1, 0, 1), "adj: 7 columns (indices) but 3 values (data)");
    }

    [TestCaseSource(nameof(Broken))]
    public void A_broken_file_is_one_clear_line(string name, byte[] array, string line)
    {
        using var folder = new TempFolder();
        var arrays = Toy();
        arrays[name] = array;

        var error = Assert.Throws<InvalidDataException>(() => GnnBenchmarkReader.Read(Npz(folder.At("toy.npz"), arrays), Tiny))!;

        Assert.That(error.Message, Does.StartWith(folder.At("toy.npz")).And.Contain(line).And.Not.Contain('\n'));
    }

    [Test]
    public void Feature_rows_that_do_not_match_the_graph_are_one_clear_line()
    {
        using var folder = new TempFolder();
        var arrays = Toy();
        (arrays["attr_indptr"], arrays["attr_shape"]) = (Ints(0, 1, 2, 3, 4, 6), Ints(5, 3));

        Assert.That(() => GnnBenchmarkReader.Read(Npz(folder.At("toy.npz"), arrays), Tiny), Throws.TypeOf<InvalidDataException>().With.Message.EndsWith("6 nodes in adj, but 5 feature rows and 6 labels."));
    }
}
