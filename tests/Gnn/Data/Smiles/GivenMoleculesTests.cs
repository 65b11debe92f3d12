using System.Diagnostics;
using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Molecule by molecule against graphs that RDKit made.</summary>
public sealed class GivenMoleculesTests
{
    [TestCase("bbbp", 11)]
    [TestCase("sider", 0)]
    [TestCase("clintox", 1)]
    [TestCase("tox21", 0)]
    [TestCase("esol", 0)]
    [TestCase("freesolv", 0)]
    [TestCase("muv", 0, Explicit = true, Reason = "93,127 molecules")]
    public void Every_given_graph_is_read_from_its_SMILES(string name, int rejected)
    {
        var given = GivenMolecules.Read(name);
        var (bonds, order, chirality, direction) = (0, 0, 0, 0);
        for (var graph = 0; graph < given.Smiles.Length; graph++)
        {
            var same = given.Agreement(graph, MoleculeGraph.FromSmiles(given.Smiles[graph]));
            (bonds, order) = (bonds + (same.Bonds ? 1 : 0), order + (same.Order ? 1 : 0));
            (chirality, direction) = (chirality + (same.Chirality ? 1 : 0), direction + (same.Direction ? 1 : 0));
        }
        var all = given.Smiles.Length;
        TestContext.Out.WriteLine($"{name}: of {all} molecules, atoms, bonds and aromatic flags agree in {100.0 * bonds / all:F2} %, the order of edges in {100.0 * order / all:F2} %, chirality in {100.0 * chirality / all:F2} %, direction in {100.0 * direction / all:F2} %");

        Assert.That((bonds, order, chirality, direction), Is.EqualTo((all, all, all, all)));
        Assert.That(given.Rejected, Has.Length.EqualTo(rejected));
        foreach (var smiles in given.Rejected) Assert.That(() => MoleculeGraph.FromSmiles(smiles), Throws.TypeOf<SmilesException>(), smiles);
    }

    [TestCase("bbbp")]
    [TestCase("sider")]
    [TestCase("clintox")]
    [TestCase("tox21")]
    [TestCase("esol")]
    [TestCase("freesolv")]
    [TestCase("muv", Explicit = true, Reason = "93,127 molecules")]
    public void The_scaffold_split_equals_the_given_one_in_every_place(string name)
    {
        var given = GivenMolecules.Read(name);

        var split = ScaffoldSplit.Of(given.Graphs.Ids ?? given.Smiles);

        var expected = given.Graphs.Splits[0];
        Assert.That((split.Train, split.Validation, split.Test.Open()), Is.EqualTo((expected.Train, expected.Validation, expected.Test.Open())));
    }

    [Test]
    public void Reading_takes_at_most_five_times_its_goal()
    {
        var smiles = GivenMolecules.Read("tox21").Smiles;
        var best = 0.0;
        for (var pass = 0; pass < 8; pass++)
        {
            var watch = Stopwatch.StartNew();
            foreach (var text in smiles) MoleculeGraph.FromSmiles(text);
            best = Math.Max(best, smiles.Length / watch.Elapsed.TotalSeconds);
        }
        TestContext.Out.WriteLine($"{best:N0} SMILES a second on one core (Tox21, {smiles.Average(text => text.Length):F0} characters each)");

        Assert.That(best, Is.GreaterThan(2000), "10,000 a second are wanted; on a machine that does other work too, a fifth");
    }
}
