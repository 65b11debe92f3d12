using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ScaffoldSplitTests
{
    [TestCase("CC(C)c1ccccc1", "c1ccccc1")]
    [TestCase("CCN(CC)CCc1ccc(CCC2CCCCC2)cc1", "C1CCC(CC1)CCc1ccccc1")]
    [TestCase("CC1CCCC(=O)C1", "O=C1CCCCC1")]
    [TestCase("CC(=CC1CC1)C", "C1CC1")]
    [TestCase("CC(C)=C1CC1", "C=C1CC1")]
    [TestCase("Cn1cccc1", "[nH]1cccc1")]
    [TestCase("C[C@H]1CCCC[C@@H]1O", "C1CCCCC1")]
    [TestCase("C[n+]1ccccc1", "[nH+]1ccccc1")]
    public void A_scaffold_is_rings_what_joins_them_and_what_is_doubly_bonded_to_either(string molecule, string scaffold) =>
        Assert.That(Key(molecule), Is.EqualTo(MoleculeGraphTests.Form(scaffold)));

    [Test]
    public void Without_rings_nothing_is_left() => Assert.That(Key("CCO"), Is.EqualTo(Key("C=C")).And.Empty);

    [Test]
    public void Large_groups_come_first_and_later_ones_before_earlier_of_equal_size()
    {
        // Three without rings, two benzenes, and one each of cyclopropane, cyclobutane, cyclopentane, cyclohexane, cycloheptane.
        var split = ScaffoldSplit.Of(["C1CC1", "C", "c1ccccc1", "C1CCC1", "CC", "CO", "Cc1ccccc1", "C1CCCC1", "C1CCCCC1", "C1CCCCCC1"]);

        Assert.That(split.Train, Is.EqualTo(new[] { 1, 4, 5, 2, 6, 9, 8, 7 }));
        Assert.That((split.Validation, split.Test.Open()), Is.EqualTo((new[] { 3 }, new[] { 0 })));
    }

    [Test]
    public void The_order_of_atoms_does_not_matter()
    {
        var rng = new Random(3);
        foreach (var smiles in GivenMolecules.Read("clintox").Smiles.Take(400))
        {
            var form = CanonicalForm.Of(SmilesReader.Read(smiles));
            Assert.That(CanonicalForm.Of(Shuffled(SmilesReader.Read(smiles), rng)), Is.EqualTo(form), smiles);
        }
    }

    // The same molecule with its atoms and bonds in another order; a turn is told in the order of an atom's bonds.
    private static Molecule Shuffled(Molecule molecule, Random rng)
    {
        var shuffled = new Molecule();
        var atoms = molecule.Atoms.ToArray();
        rng.Shuffle(atoms);
        var twin = new Dictionary<Atom, Atom>();
        foreach (var atom in atoms)
        {
            twin[atom] = shuffled.Add(new Atom(shuffled.Atoms.Count, atom.Number, atom.Bracket)
            {
                Isotope = atom.Isotope,
                Charge = atom.Charge,
                WrittenHydrogens = atom.WrittenHydrogens,
                ImplicitHydrogens = atom.ImplicitHydrogens,
                ExplicitValence = atom.ExplicitValence,
                Radicals = atom.Radicals,
                Aromatic = atom.Aromatic,
            });
        }
        var bonds = molecule.Bonds.ToArray();
        rng.Shuffle(bonds);
        var place = bonds.Select((bond, i) => (bond, i)).ToDictionary(pair => pair.bond, pair => pair.i);
        foreach (var bond in bonds) shuffled.Add(new Bond(twin[bond.Begin], twin[bond.End], bond.Order) { Aromatic = bond.Aromatic, Direction = bond.Direction });
        foreach (var atom in atoms)
        {
            var odd = false;
            for (var i = 0; i < atom.Degree; i++)
                for (var j = i + 1; j < atom.Degree; j++) odd ^= place[atom.Bonds[i]] > place[atom.Bonds[j]];
            twin[atom].Chirality = odd ? WrittenOrder.Opposite(atom.Chirality) : atom.Chirality;
        }
        RingSearch.Run(shuffled, "");
        return shuffled;
    }

    private static string Key(string smiles) => ScaffoldSplit.Key(SmilesReader.Read(smiles));
}
