using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class MoleculeGraphTests
{
    [Test]
    public void Ethanol_is_two_carbons_and_an_oxygen()
    {
        var ethanol = MoleculeGraph.FromSmiles("CCO");

        Assert.That(ethanol.Atoms.Values, Is.EqualTo(new[] { 5, 0, 5, 0, 7, 0 }));
        Assert.That((ethanol.Source, ethanol.Target), Is.EqualTo((new[] { 0, 1, 1, 2 }, new[] { 1, 0, 2, 1 })));
        Assert.That(ethanol.Bonds.Values, Is.All.Zero);
    }

    [TestCase("C1=CC=CC=C1", 6)]
    [TestCase("c1ccccc1", 6)]
    [TestCase("C1CCCCC1", 0)]
    [TestCase("C1=CC=CC=CC=C1", 0)]
    [TestCase("O=C1C=CC(=O)C=C1", 0)]
    [TestCase("C1=C[NH]C=C1", 5)]
    [TestCase("O=c1cc[nH]cc1", 6)]
    [TestCase("C1=CC=C[CH+]C=C1", 7)]
    [TestCase("C1=CC=C2C=CC=C2C=C1", 10)]
    [TestCase("c1ccccc1c1ccccc1", 12)]
    [TestCase("c1ccc2ccccc2c1", 11)]
    [TestCase("C1=CSC=C1", 5)]
    [TestCase("O=S1(=O)C=CC=C1", 0)]
    [TestCase("[cH-]1cccc1", 5)]
    public void Aromatic_bonds_are_found_whichever_way_they_are_written(string smiles, int bonds) =>
        Assert.That(Kinds(smiles).Count(kind => kind == 3), Is.EqualTo(bonds));

    [TestCase("CN(=O)=O", "C[N+](=O)[O-]")]
    [TestCase("CN=N#N", "CN=[N+]=[N-]")]
    [TestCase("OCl(=O)(=O)=O", "O[Cl+3]([O-])([O-])[O-]")]
    [TestCase("C[H]", "C")]
    [TestCase("[H]C([H])([H])[H]", "C")]
    [TestCase("C%11CC%11", "C1CC1")]
    [TestCase("C%(123)CC%(123)", "C1CC1")]
    [TestCase("C1CCCCC=1", "C=1CCCCC1")]
    [TestCase("C1.C1", "CC")]
    [TestCase("[13CH4:7]", "[13CH4]")]
    [TestCase("[C@TH1H](F)(Cl)Br", "[C@H](F)(Cl)Br")]
    [TestCase("[Na+].[Cl-]", "[Na+1].[Cl-1]")]
    [TestCase("[Fe++]", "[Fe+2]")]
    public void Two_spellings_are_one_molecule(string one, string other) => Assert.That(Form(one), Is.EqualTo(Form(other)));

    // Examples of the OpenSMILES specification: one turn in ten spellings.
    [TestCase("N[C@](Br)(O)C", "Br[C@](O)(N)C", "O[C@](Br)(C)N", "Br[C@](C)(O)N", "C[C@](Br)(N)O", "Br[C@](N)(C)O", "C[C@@](Br)(O)N", "Br[C@@](N)(O)C", "[C@@](C)(Br)(O)N", "[C@@](Br)(N)(O)C")]
    [TestCase("FC1C[C@](Br)(Cl)CCC1", "[C@]1(Br)(Cl)CCCC(F)C1")]
    [TestCase("N[C@@H](C)C(=O)O", "[C@H](N)(C)C(=O)O", "OC(=O)[C@@H](N)C", "N[C@@]([H])(C)C(=O)O", "[H][C@](N)(C)C(=O)O")]
    [TestCase("F/C=C/F", @"F\C=C\F", @"C(\F)=C/F", @"F/C=C/1.F1")]
    public void Turns_and_sides_are_the_same_in_every_spelling(params string[] spellings) =>
        Assert.That(spellings.Select(Form), Is.All.EqualTo(Form(spellings[0])));

    [TestCase("N[C@@H](C)C(=O)O", "N[C@H](C)C(=O)O")]
    [TestCase("F/C=C/F", @"F/C=C\F")]
    [TestCase("C[C@H]1CC[C@@H](C)CC1", "C[C@H]1CC[C@H](C)CC1")]
    [TestCase("C1CCC2CCCCC2C1", "C1CCCC1C1CCCC1")]
    public void Different_molecules_differ(string one, string other) => Assert.That(Form(one), Is.Not.EqualTo(Form(other)));

    [TestCase("C[C@H](C)O")]
    [TestCase("C/C=C(/C)C")]
    [TestCase("C1CC/C=C/C1")]
    [TestCase("CC[N@](C)O")]
    public void Marks_that_mark_nothing_go(string smiles)
    {
        var graph = MoleculeGraph.FromSmiles(smiles);

        Assert.That(graph.Atoms.Values.Where((_, at) => at % 2 == 1).Concat(graph.Bonds.Values.Where((_, at) => at % 2 == 1)), Is.All.Zero);
    }

    [TestCase("C1CC", "column 2: ring 1 is opened and never closed in 'C1CC'.")]
    [TestCase("CC%(12)C", "column 7: ring 12 is opened and never closed in 'CC%(12)C'.")]
    [TestCase("C11", "column 3: ring 1 bonds an atom to itself in 'C11'.")]
    [TestCase("C12CC12", "column 7: ring 2 bonds two atoms that are bonded already in 'C12CC12'.")]
    [TestCase("C=1CC#1", "column 7: ring 1 is opened and closed with different bonds in 'C=1CC#1'.")]
    [TestCase("C%1", "column 2: two digits, or digits in parentheses, are wanted after '%' in 'C%1'.")]
    [TestCase("CC(C", "column 3: a branch is opened and never closed in 'CC(C'.")]
    [TestCase("CC)C", "column 3: a branch is closed that was never opened in 'CC)C'.")]
    [TestCase("(CC)", "column 1: a branch opens without an atom before it in '(CC)'.")]
    [TestCase("C=", "column 2: a bond leads nowhere in 'C='.")]
    [TestCase("C=(C)", "column 3: a branch opens without an atom before it in 'C=(C)'.")]
    [TestCase("C=#C", "column 3: the bond '#' follows another in 'C=#C'.")]
    [TestCase("=C", "column 1: the bond '=' has no atom before it in '=C'.")]
    [TestCase("1CC1", "column 1: ring 1 has no atom before it in '1CC1'.")]
    [TestCase("[CH4", "column 1: a bracket is opened and never closed in '[CH4'.")]
    [TestCase("[Xy]", "column 2: 'X' begins no element's symbol in '[Xy]'.")]
    [TestCase("[C&]", "column 3: '&' is not expected in brackets here in '[C&]'.")]
    [TestCase("[12345C]", "column 7: the number 12345 is too long in '[12345C]'.")]
    [TestCase("C?C", "column 2: '?' is no atom, bond or ring in 'C?C'.")]
    [TestCase("", "there is no atom in ''.")]
    [TestCase("C(C)(C)(C)(C)C", "column 1: C has 5 bonds, more than it takes in 'C(C)(C)(C)(C)C'.")]
    [TestCase("C[N](C)(C)C", "column 2: N has 4 bonds, more than it takes in 'C[N](C)(C)C'.")]
    [TestCase("c1cccc1", "column 1: double bonds cannot be placed in the aromatic ring in 'c1cccc1'.")]
    [TestCase("Ccc", "column 2: an aromatic atom is in no ring in 'Ccc'.")]
    [TestCase("C*", "column 2: a wildcard atom has no code in 'C*'.")]
    [TestCase("[Re]$[Re]", "column 6: a fourfold bond has no code in '[Re]$[Re]'.")]
    public void What_is_no_molecule_is_one_clear_line(string smiles, string line) =>
        Assert.That(Assert.Throws<SmilesException>(() => MoleculeGraph.FromSmiles(smiles))!.Message, Is.EqualTo(line));

    [Test]
    public void Random_text_is_read_or_refused_but_never_breaks_anything()
    {
        var rng = new Random(5);
        var signs = "CNOcnos123%()[]=#-+/\\@H.:*Br ";
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, rng.Next(1, 14)).Select(_ => signs[rng.Next(signs.Length)]));
            try { MoleculeGraph.FromSmiles(text); }
            catch (SmilesException error) { Assert.That(error.Message, Does.Not.Contain('\n')); }
        }
    }

    internal static string Form(string smiles) => CanonicalForm.Of(SmilesReader.Read(smiles));

    private static IEnumerable<int> Kinds(string smiles)
    {
        var graph = MoleculeGraph.FromSmiles(smiles);
        return Enumerable.Range(0, graph.Source.Length / 2).Select(bond => graph.Bonds.Values[4 * bond]);
    }

    [Test]
    public void Rings_that_share_atoms_have_a_thousand_bonds_at_most()
    {
        string Chain(int rings) => "C1C" + string.Concat(Enumerable.Range(1, rings - 1).Select(k => k % 2 == 1 ? "C12C" : "C21C")) + (rings % 2 == 1 ? "C1" : "C2");

        Assert.That(MoleculeGraph.FromSmiles(Chain(300)).Source, Has.Length.EqualTo(2 * 900));
        Assert.That(() => MoleculeGraph.FromSmiles(Chain(400)), Throws.TypeOf<SmilesException>().With.Message.Contains("column 1: a ring system of 1200 bonds begins here; at most 1000 are read"));
    }
}
