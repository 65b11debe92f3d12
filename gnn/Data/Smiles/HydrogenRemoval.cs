namespace GraphTune.Gnn.Data;

/// <summary>Takes hydrogens written as atoms into the atoms they are bonded to, as graphs of molecules have it.</summary>
/// <remarks>Kept: charged or labelled ones, alone or bonded to other than one heavier atom, and the one that alone shows the direction at a double bond's end.</remarks>
internal static class HydrogenRemoval
{
    /// <summary>Removes them, and keeps turns and directions.</summary>
    public static void Run(Molecule molecule)
    {
        if (!molecule.Atoms.Exists(Goes)) return;
        HashSet<Atom> gone = [.. molecule.Atoms.FindAll(Goes)];
        foreach (var hydrogen in gone)
        {
            var bond = hydrogen.Bonds[0];
            var heavy = bond.Other(hydrogen);
            KeepTurn(heavy, bond);
            KeepDirection(heavy, bond);
            if (heavy.Bracket || heavy.Aromatic) heavy.WrittenHydrogens++;
            heavy.Bonds.Remove(bond);
        }
        molecule.Remove(gone.Contains);
    }

    private static bool Goes(Atom atom)
    {
        if (atom is not { Number: 1, Isotope: 0, Charge: 0, Degree: 1, WrittenHydrogens: 0 }) return false;
        var bond = atom.Bonds[0];
        var heavy = bond.Other(atom);
        if (heavy.Number is 0 or 1 || bond.Order != BondOrder.Single) return false;
        return bond.Direction == BondDirection.None || heavy.Degree > 2 || !heavy.Bonds.Exists(other => other.Order == BondOrder.Double);
    }

    // The hydrogen's place goes to the end, past the bonds after it.
    private static void KeepTurn(Atom heavy, Bond bond)
    {
        if ((heavy.Degree - 1 - heavy.Bonds.IndexOf(bond)) % 2 == 1) heavy.Chirality = WrittenOrder.Opposite(heavy.Chirality);
    }

    // Two bonds at one end of a double bond point to opposite sides.
    private static void KeepDirection(Atom heavy, Bond bond)
    {
        if (bond.Direction == BondDirection.None) return;
        var other = heavy.Bonds.Find(candidate => candidate != bond && candidate.Order == BondOrder.Single);
        if (other is null || other.Direction != BondDirection.None) return;
        var sameSense = (bond.Begin == heavy) == (other.Begin == heavy);
        var opposite = bond.Direction == BondDirection.Up ? BondDirection.Down : BondDirection.Up;
        other.Direction = sameSense ? opposite : bond.Direction;
    }
}
