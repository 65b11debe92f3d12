using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class InspectDataTests
{
    [Test]
    public void Tells_the_counts_of_one_graph()
    {
        using var folder = new TempFolder();
        var path = SmallGraph.Write(folder);

        var run = ToolRun.Of("inspect", path);
        var json = ToolRun.Of("inspect", path, "--json").Json;

        Assert.That(run.Out, Does.Contain("small: 90 nodes").And.Contain("2 splits, the first with 15 train, 30 validation, 45 test"));
        Assert.That((json.GetProperty("kind").GetString(), json.GetProperty("nodes").GetInt32(), json.GetProperty("classes").GetArrayLength()), Is.EqualTo(("nodes", 90, 3)));
    }

    [Test]
    public void Tells_the_counts_of_molecules_and_what_could_not_be_read()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("toy.csv"), "id,structure,active\na,CCO,1\nb,C1CC,0\nc,c1ccccc1,\nd,CC,0\n");

        var run = ToolRun.Of("inspect", folder.At("toy.csv"), "--smiles", "structure", "--label-column", "active");
        var json = ToolRun.Of("inspect", folder.At("toy.csv"), "--smiles", "structure", "--label-column", "active", "--json").Json;

        Assert.That(run.Out, Does.Contain("toy: 3 graphs, 11 nodes (3.67 a graph)").And.Contain("not read: line 3, column 2: ring 1 is opened and never closed in 'C1CC'"));
        Assert.That(run.Out, Does.Match(@"active\W+2\W+1\W+1 / 1"));
        Assert.That((json.GetProperty("graphs").GetInt32(), json.GetProperty("skipped")[0].GetProperty("line").GetInt32(), json.GetProperty("tasks")[0].GetProperty("missing").GetInt32()), Is.EqualTo((3, 3, 1)));
    }

    [TestCase("molecules", "tox21", "tox21: 7,831 graphs, 145,459 nodes (18.57 a graph), 302,190 edges")]
    [TestCase("tu", "MUTAG", "MUTAG: 188 graphs, 3,371 nodes (17.93 a graph), 7,442 edges")]
    [TestCase("node/planetoid", "cora", "cora: 2,708 nodes, 10,556 edges")]
    [TestCase("node/heterophilous", "tolokers", "tolokers: 11,758 nodes, 1,038,000 edges")]
    public void Tells_the_counts_of_every_layout(string folder, string name, string line) =>
        Assert.That(ToolRun.Of("inspect", SharedData.At(["data", .. folder.Split('/')]), "--name", name).Out, Does.Contain(line));

    [Test]
    public void Codes_are_not_taken_for_features()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("toy.csv"), "smiles,y\nCCO,1\n");

        var run = ToolRun.Of("pretrain", "--data", folder.At("toy.csv"), "--pretext", "masked-features", "--out", folder.At("encoder.safetensors"));

        Assert.That((run.Code, run.Complaints.Length), Is.EqualTo((2, 1)));
        Assert.That(run.Complaints[0], Does.Contain("codes of atoms and bonds are masked by attribute-masking"));
    }

    [Test]
    public void A_broken_file_is_one_line()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("toy.csv"), "smiles,y\nCCO,1\nCC,yes\n");

        var run = ToolRun.Of("inspect", folder.At("toy.csv"));

        Assert.That((run.Code, run.Complaints.Length), Is.EqualTo((2, 1)));
        Assert.That(run.Complaints[0], Does.Contain("toy.csv: line 3: column 'y' is 'yes', not a number"));
    }
}
