namespace GraphTune.Gnn.Data;

/// <summary>Takes away chirality and direction marks that mark nothing: turns of atoms two of whose neighbours are alike, directions at double bonds that have no two sides.</summary>
/// <remarks>
/// What is alike is found by <see cref="AtomClasses"/>, and found again with the marks that count, until nothing changes: marks may depend on other marks.
/// An atom between two like halves of its ring keeps its turn where another atom of the ring is in the same place, as in cis-1,4-dimethylcyclohexane.
/// </remarks>
internal sealed class Stereo
{
    private const int SmallestRingWithSides = 8;

    private readonly Molecule molecule;
    private readonly ulong[] kinds;
    private readonly bool[] counts;
    private readonly HashSet<Bond> sided = [];
    private int[] classes;

    private Stereo(Molecule molecule)
    {
        this.molecule = molecule;
        var sizes = AtomClasses.RingSizes(molecule);
        kinds = [.. molecule.Atoms.Select(atom => AtomClasses.Kind(atom, sizes[atom.Index]))];
        counts = new bool[kinds.Length];
        classes = [];
    }

    /// <summary>Removes the marks.</summary>
    /// <returns>A number for each atom that tells what it is, the marks that count included; atoms that only a like ring-mate makes chiral are not told apart by their turn.</returns>
    public static ulong[] Clean(Molecule molecule)
    {
        var stereo = new Stereo(molecule);
        if (IsMarked(molecule)) stereo.Clean();
        return stereo.kinds;
    }

    /// <summary>Whether there is any mark.</summary>
    public static bool IsMarked(Molecule molecule) => molecule.Atoms.Exists(atom => atom.Chirality != Chirality.None) || molecule.Bonds.Exists(bond => bond.Direction != BondDirection.None);

    private void Clean()
    {
        do classes = AtomClasses.Refine(molecule, kinds);
        while (CountAtoms() | CountBonds());
        var inRing = molecule.Atoms.FindAll(atom => !counts[atom.Index] && atom.Chirality != Chirality.None && BetweenLikeHalves(atom));
        foreach (var atom in molecule.Atoms)
        {
            if (counts[atom.Index] || inRing.Contains(atom) && molecule.Rings.Exists(ring => ring.Atoms.Contains(atom) && inRing.Exists(mate => mate != atom && ring.Atoms.Contains(mate)))) continue;
            atom.Chirality = Chirality.None;
        }
        foreach (var bond in molecule.Bonds)
            if (bond.Direction != BondDirection.None && !PointsAtSides(bond)) bond.Direction = BondDirection.None;
    }

    // An atom's turn counts where its neighbours are all different; it then tells the atom apart from its mirror image.
    private bool CountAtoms()
    {
        var found = false;
        var fresh = molecule.Atoms.FindAll(atom => !counts[atom.Index] && atom.Chirality is Chirality.Clockwise or Chirality.CounterClockwise && CanTurn(atom) && atom.Bonds.DistinctBy(bond => classes[bond.Other(atom).Index]).Count() == atom.Degree);
        foreach (var atom in fresh)
        {
            var odd = false;
            for (var i = 0; i < atom.Degree; i++)
                for (var j = i + 1; j < atom.Degree; j++) odd ^= classes[atom.Bonds[i].Other(atom).Index] > classes[atom.Bonds[j].Other(atom).Index];
            kinds[atom.Index] = AtomClasses.Mix(kinds[atom.Index], odd == (atom.Chirality == Chirality.Clockwise) ? 11UL : 12UL);
            counts[atom.Index] = found = true;
        }
        return found;
    }

    // Carbon and its like with four neighbours; sulphur with a lone pair; nitrogen only where a ring holds it.
    private static bool CanTurn(Atom atom)
    {
        var all = atom.Degree + atom.Hydrogens;
        if (atom.Degree < 3 || all > 4) return false;
        if (all == 4) return true;
        return atom.Number switch
        {
            7 => atom.Bonds.Count(bond => bond.InRing) == 3,
            15 or 33 => true,
            16 or 34 => atom.ExplicitValence == 4 || (atom.ExplicitValence == 3 && atom.Charge == 1),
            _ => false,
        };
    }

    private bool BetweenLikeHalves(Atom atom)
    {
        if (!atom.InRing || !CanTurn(atom)) return false;
        var inside = atom.Bonds.FindAll(bond => bond.InRing).ConvertAll(bond => classes[bond.Other(atom).Index]);
        var outside = atom.Bonds.FindAll(bond => !bond.InRing).ConvertAll(bond => classes[bond.Other(atom).Index]);
        var kindsInside = inside.Distinct().Count();
        return outside.Count switch
        {
            2 => outside[0] != outside[1],
            1 => inside.Count > kindsInside,
            0 => (inside.Count, kindsInside) is (4, 3) or (3, 2),
            _ => false,
        };
    }

    private bool CountBonds()
    {
        var found = false;
        foreach (var bond in molecule.Bonds)
        {
            if (bond.Order != BondOrder.Double || sided.Contains(bond) || !HasSides(bond)) continue;
            if (Pointer(bond.Begin, bond) is not { } first || Pointer(bond.End, bond) is not { } second) continue;
            sided.Add(bond);
            var same = first == second ? 21UL : 22UL;
            foreach (var atom in new[] { bond.Begin, bond.End }) kinds[atom.Index] = AtomClasses.Mix(kinds[atom.Index], same);
            found = true;
        }
        return found;
    }

    private bool HasSides(Bond bond) => OfDifferentSides(bond.Begin, bond) && OfDifferentSides(bond.End, bond)
        && !(bond.InRing && molecule.Rings.Exists(ring => ring.Bonds.Length < SmallestRingWithSides && ring.Bonds.Contains(bond)));

    private bool OfDifferentSides(Atom end, Bond twofold)
    {
        var others = end.Bonds.FindAll(bond => bond != twofold);
        return others.Count switch
        {
            1 => true,
            2 => classes[others[0].Other(end).Index] != classes[others[1].Other(end).Index],
            _ => false,
        };
    }

    // Whether the neighbour of the higher class at this end lies above; null where no bond tells.
    private bool? Pointer(Atom end, Bond twofold)
    {
        var others = end.Bonds.FindAll(bond => bond != twofold);
        var told = others.Find(bond => bond.Direction != BondDirection.None);
        if (told is null) return null;
        var above = (told.Direction == BondDirection.Up) == (told.Begin == end);
        var highest = others.MaxBy(bond => classes[bond.Other(end).Index]);
        return told == highest ? above : !above;
    }

    // A direction beside no double bond at all harms nobody and stays.
    private bool PointsAtSides(Bond bond)
    {
        var beside = bond.Begin.Bonds.Concat(bond.End.Bonds).Where(other => other.Order == BondOrder.Double);
        return !beside.Any() || beside.Any(sided.Contains);
    }
}
