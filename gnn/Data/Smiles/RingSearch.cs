namespace GraphTune.Gnn.Data;

/// <summary>Finds which bonds are in rings, and the smallest rings that make up all others.</summary>
/// <remarks>
/// Shortest cycles through each atom (Horton 1987) are taken by length as long as they are no sum modulo 2 of shorter ones (Vismara 1997),
/// so rings of equal right are all taken, as in cubane.
/// </remarks>
internal sealed class RingSearch
{
    private const int MostBonds = 1000;   // work grows with their cube; the largest fullerenes that are made have 360
    private readonly Molecule molecule;
    private readonly string smiles;
    private readonly int[] depth, parentBond, branch, number;
    private readonly List<Atom> reached = [];

    private RingSearch(Molecule molecule, string smiles)
    {
        (this.molecule, this.smiles) = (molecule, smiles);
        var atoms = molecule.Atoms.Count;
        (depth, parentBond, branch, number) = (new int[atoms], new int[atoms], new int[atoms], new int[molecule.Bonds.Count]);
    }

    /// <summary>Marks the atoms and bonds in rings, and fills <see cref="Molecule.Rings"/>.</summary>
    /// <exception cref="SmilesException">Rings that share atoms have too many bonds together.</exception>
    public static void Run(Molecule molecule, string smiles)
    {
        RingBonds.Mark(molecule);
        var search = new RingSearch(molecule, smiles);
        var seen = new bool[molecule.Atoms.Count];
        foreach (var atom in molecule.Atoms)
        {
            if (!atom.InRing || seen[atom.Index]) continue;
            search.Take(System(atom, seen));
        }
    }

    // Atoms that ring bonds join.
    private static List<Atom> System(Atom first, bool[] seen)
    {
        List<Atom> system = [first];
        seen[first.Index] = true;
        for (var i = 0; i < system.Count; i++)
        {
            foreach (var bond in system[i].Bonds)
            {
                var other = bond.Other(system[i]);
                if (!bond.InRing || seen[other.Index]) continue;
                seen[other.Index] = true;
                system.Add(other);
            }
        }
        return system;
    }

    private void Take(List<Atom> system)
    {
        List<Bond> bonds = [];
        foreach (var atom in system)
        {
            foreach (var bond in atom.Bonds)
            {
                if (!bond.InRing || bond.Begin != atom) continue;
                number[bond.Index] = bonds.Count;
                bonds.Add(bond);
            }
        }
        var wanted = bonds.Count - system.Count + 1;
        if (wanted == 1) molecule.Rings.Add(Whole(system));
        else if (bonds.Count > MostBonds) throw new SmilesException(smiles, system[0].Column, $"a ring system of {bonds.Count} bonds begins here; at most {MostBonds} are read");
        else if (!Choose(Cycles(system.FindAll(IsFork), bonds), bonds.Count, wanted)) Choose(Cycles(system, bonds), bonds.Count, wanted);
    }

    // Where rings meet; each of several rings has such an atom.
    private static bool IsFork(Atom atom) => atom.Bonds.Count(bond => bond.InRing) > 2;

    // Whether the rings make up all others; only then are they taken.
    private bool Choose(List<(Ring Ring, ulong[] Set)> cycles, int bonds, int wanted)
    {
        cycles.Sort((a, b) => a.Ring.Bonds.Length.CompareTo(b.Ring.Bonds.Length));
        var basis = new CycleBasis(bonds);
        List<Ring> rings = [];
        for (var i = 0; i < cycles.Count && basis.Rank < wanted;)
        {
            // All of one length are compared with the shorter ones before any of them joins these.
            var end = i;
            while (end < cycles.Count && cycles[end].Ring.Bonds.Length == cycles[i].Ring.Bonds.Length) end++;
            var fresh = cycles[i..end].FindAll(cycle => !basis.Spans(cycle.Set));
            foreach (var (ring, set) in fresh)
            {
                rings.Add(ring);
                basis.Add(set);
            }
            i = end;
        }
        if (basis.Rank == wanted) molecule.Rings.AddRange(rings);
        return basis.Rank == wanted;
    }

    private List<(Ring Ring, ulong[] Set)> Cycles(List<Atom> roots, List<Bond> bonds)
    {
        List<(Ring Ring, ulong[] Set)> cycles = [];
        HashSet<ulong[]> known = new(SameSet.Instance);
        foreach (var root in roots)
        {
            Reach(root);
            foreach (var bond in bonds)
            {
                if (!Closes(bond)) continue;
                var set = Set(bond, bonds.Count);
                if (known.Add(set)) cycles.Add((Cycle(bond), set));
            }
        }
        return cycles;
    }

    private static Ring Whole(List<Atom> system)
    {
        List<Atom> atoms = [system[0]];
        List<Bond> bonds = [system[0].Bonds.Find(bond => bond.InRing)!];
        while (bonds[^1].Other(atoms[^1]) is var next && next != atoms[0])
        {
            var before = bonds[^1];
            atoms.Add(next);
            bonds.Add(next.Bonds.Find(bond => bond.InRing && bond != before)!);
        }
        return new([.. atoms], [.. bonds]);
    }

    // Breadth first from the root along ring bonds; a branch is all that is reached through one of the root's neighbours.
    private void Reach(Atom root)
    {
        foreach (var atom in reached) depth[atom.Index] = 0;
        reached.Clear();
        reached.Add(root);
        (depth[root.Index], parentBond[root.Index], branch[root.Index]) = (1, -1, -1);
        for (var i = 0; i < reached.Count; i++)
        {
            var atom = reached[i];
            foreach (var bond in atom.Bonds)
            {
                var other = bond.Other(atom);
                if (!bond.InRing || depth[other.Index] > 0) continue;
                (depth[other.Index], parentBond[other.Index], branch[other.Index]) = (depth[atom.Index] + 1, bond.Index, atom == root ? other.Index : branch[atom.Index]);
                reached.Add(other);
            }
        }
    }

    // The ways from the root to the ends of a bond meet nowhere else where they begin differently.
    private bool Closes(Bond bond) => parentBond[bond.Begin.Index] != bond.Index && parentBond[bond.End.Index] != bond.Index
        && branch[bond.Begin.Index] != branch[bond.End.Index] && Math.Abs(depth[bond.Begin.Index] - depth[bond.End.Index]) <= 1;

    private ulong[] Set(Bond closing, int bonds)
    {
        var set = new ulong[(bonds + 63) / 64];
        set[number[closing.Index] / 64] |= 1UL << (number[closing.Index] % 64);
        foreach (var end in (ReadOnlySpan<Atom>)[closing.Begin, closing.End])
        {
            for (var atom = end; parentBond[atom.Index] >= 0;)
            {
                var bond = molecule.Bonds[parentBond[atom.Index]];
                set[number[bond.Index] / 64] |= 1UL << (number[bond.Index] % 64);
                atom = bond.Other(atom);
            }
        }
        return set;
    }

    private Ring Cycle(Bond closing)
    {
        List<Atom> atoms = [];
        List<Bond> bonds = [];
        Climb(closing.Begin, atoms, bonds);
        atoms.Reverse();
        bonds.Reverse();
        bonds.Add(closing);
        Climb(closing.End, atoms, bonds);
        atoms.RemoveAt(atoms.Count - 1);
        return new([.. atoms], [.. bonds]);
    }

    private void Climb(Atom atom, List<Atom> atoms, List<Bond> bonds)
    {
        atoms.Add(atom);
        while (parentBond[atom.Index] >= 0)
        {
            var bond = molecule.Bonds[parentBond[atom.Index]];
            atom = bond.Other(atom);
            bonds.Add(bond);
            atoms.Add(atom);
        }
    }

    private sealed class SameSet : IEqualityComparer<ulong[]>
    {
        public static readonly SameSet Instance = new();

        public bool Equals(ulong[]? a, ulong[]? b) => a.AsSpan().SequenceEqual(b);

        public int GetHashCode(ulong[] set)
        {
            var hash = new HashCode();
            foreach (var word in set) hash.Add(word);
            return hash.ToHashCode();
        }
    }
}
