namespace GraphTune.Gnn.Data;

/// <summary>The Bemis–Murcko scaffold of a molecule: its rings, the chains between them, and what is double-bonded to either (Bemis and Murcko 1996).</summary>
internal static class Scaffold
{
    /// <summary>Cuts a molecule down to its scaffold; without rings nothing is left.</summary>
    /// <remarks>Turns of atoms that lose a neighbour are forgotten, and hydrogens take the places of what is cut off.</remarks>
    public static void Cut(Molecule molecule)
    {
        var kept = Kept(molecule);
        bool Stays(Atom atom) => kept[atom.Index] || atom.Bonds.Exists(bond => bond.Order == BondOrder.Double && kept[bond.Other(atom).Index]);
        var gone = molecule.Atoms.FindAll(atom => !Stays(atom)).ToHashSet();
        if (gone.Count == 0) return;
        foreach (var atom in molecule.Atoms)
        {
            if (gone.Contains(atom) || !atom.Bonds.Exists(bond => gone.Contains(bond.Other(atom)))) continue;
            var cut = atom.Bonds.FindAll(bond => gone.Contains(bond.Other(atom))).Sum(bond => bond.TwiceValence / 2);
            if (kept[atom.Index]) atom.Chirality = Chirality.None;
            if (kept[atom.Index] || !atom.Bracket) atom.ImplicitHydrogens += cut;
        }
        molecule.Rings.RemoveAll(ring => gone.Contains(ring.Atoms[0]));
        molecule.Remove(gone.Contains);
    }

    // Ends that are in no ring fall away until none is left.
    private static bool[] Kept(Molecule molecule)
    {
        var kept = new bool[molecule.Atoms.Count];
        var degree = new int[kept.Length];
        var falls = new Stack<Atom>();
        foreach (var atom in molecule.Atoms)
        {
            (kept[atom.Index], degree[atom.Index]) = (true, atom.Degree);
            if (!atom.InRing && atom.Degree <= 1) falls.Push(atom);
        }
        while (falls.TryPop(out var atom))
        {
            kept[atom.Index] = false;
            foreach (var bond in atom.Bonds)
            {
                var other = bond.Other(atom);
                if (kept[other.Index] && --degree[other.Index] == 1 && !other.InRing) falls.Push(other);
            }
        }
        return kept;
    }
}
