using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class SmilesCsvTests
{
    [TestCase("tox21", "tox21.csv", 7831, 12, 0)]
    [TestCase("sider", "sider.csv", 1427, 27, 0)]
    [TestCase("clintox", "clintox.csv", 1477, 2, 1)]
    [TestCase("freesolv", "freesolv.csv", 642, 1, 0)]
    public void An_original_file_equals_the_given_graphs(string name, string file, int graphs, int tasks, int skipped)
    {
        var given = MoleculeReader.Read(SharedData.At("data", "molecules", name));

        var read = SmilesCsv.Read(SharedData.At("data", "molecules", name, file));

        Assert.That((read.Data.Graphs, read.Data.Tasks.Count, read.Skipped.Count), Is.EqualTo((graphs, tasks, skipped)));
        Assert.That((read.Data.NodeCodes!.Values, read.Data.EdgeCodes!.Values), Is.EqualTo((given.NodeCodes!.Values, given.EdgeCodes!.Values)));
        Assert.That((read.Data.Source, read.Data.Target), Is.EqualTo((given.Source, given.Target)));
        Assert.That((read.Data.Labels, read.Data.Task), Is.EqualTo((given.Labels, given.Task)));
    }

    [Test]
    public void What_could_not_be_read_of_BBBP_is_listed_with_the_reason()
    {
        var read = SmilesCsv.Read(SharedData.At("data", "molecules", "bbbp", "BBBP.csv"), new() { Labels = ["p_np"] });

        Assert.That((read.Data.Graphs, read.Data.Tasks), Is.EqualTo((2039, new[] { "p_np" })));
        Assert.That(read.Skipped, Has.Count.EqualTo(11));
        Assert.That(read.Skipped[0].ToString(), Is.EqualTo("line 61, column 3: N has 4 bonds, more than it takes in 'O=N([O-])C1=C(CN=C1NCCSCc2ncccc2)Cc3ccccc3'"));
        Assert.That(read.Data.Provenance, Does.Contain("11 of 2050 rows could not be read, the first: line 61"));
    }

    [Test]
    public void Quotes_gaps_and_kinds_are_understood()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("toy.csv"), "\"name, in full\",smiles,active,\"toxic\"\n\"a \"\"b\"\"\",CCO,1,\n\"two\nlines\",c1ccccc1,0,nan\nc,C1CC,1,1\n\nd,CC,,0\n");

        var read = SmilesCsv.Read(folder.At("toy.csv"), new() { Labels = ["active", "toxic"] });

        Assert.That((read.Data.Labels, read.Data.Task, read.Data.Metric), Is.EqualTo((new[] { 1f, float.NaN, 0, float.NaN, float.NaN, 0 }, TaskKind.Binary, "auroc")));
        Assert.That(read.Skipped.Single().ToString(), Is.EqualTo("line 5, column 2: ring 1 is opened and never closed in 'C1CC'"));
        Assert.That((read.Data.Ids, read.Data.Name), Is.EqualTo((new[] { "CCO", "c1ccccc1", "CC" }, "toy")));
        Assert.That(SmilesCsv.Read(folder.At("toy.csv"), new() { Labels = [] }).Data.Tasks, Is.Empty);
    }

    [TestCase("", "the file is empty; a header is wanted.")]
    [TestCase("smile,y\nC,1\n", "no column 'smiles'; found smile, y.")]
    [TestCase("smiles,y,y\nC,1,1\n", "line 1: the header names column 'y' twice.")]
    [TestCase("smiles,y\nC,1\nC,1,2\n", "line 3: 3 fields, but the header has 2 columns.")]
    [TestCase("smiles,y\nC,yes\n", "line 2: column 'y' is 'yes', not a number; say which columns are labels.")]
    [TestCase("smiles,y\nC1,1\n", "no molecule can be read; line 2, column 2: ring 1 is opened and never closed in 'C1'.")]
    [TestCase("smiles,y\n\"C,1\n", "line 2: a quote is opened and never closed.")]
    [TestCase("smiles,y\n\"C\"x,1\n", "line 2: 'x' follows a closing quote.")]
    [TestCase("smiles,y\nC,Infinity\n", "graph 0: label 'y' is Infinity; a finite number is wanted, NaN where it is missing.")]
    public void A_broken_file_is_one_clear_line(string text, string line)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("toy.csv"), text);

        Assert.That(Assert.Throws<InvalidDataException>(() => SmilesCsv.Read(folder.At("toy.csv")))!.Message, Is.EqualTo($"{folder.At("toy.csv")}: {line}"));
    }

    [Test]
    public void The_door_knows_a_table_with_SMILES_by_its_column()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("a.csv"), "smiles,y\nCCO,1.5\nCC,2\nCCC,3\n");
        File.WriteAllText(folder.At("b.csv"), "structure,y\nCCO,1.5\n");

        Assert.That(Datasets.OpenGraphs(folder.At("a.csv")).Task, Is.EqualTo(TaskKind.Regression));
        Assert.That(Datasets.HoldsGraphs(folder.At("b.csv")), Is.False);
        Assert.That(Datasets.OpenGraphs(folder.At("b.csv"), columns: new() { Smiles = "structure" }).Graphs, Is.EqualTo(1));
    }
}
