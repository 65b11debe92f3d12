namespace GraphTune.Gnn.Data;

/// <summary>Finds aromatic rings in a molecule of single and double bonds: Hückel's 4n + 2 electrons over rings and fused rings, in the model that RDKit documents.</summary>
/// <remarks>
/// Each ring atom may give 0, 1 or 2 electrons (rdkit.org/docs/RDKit_Book.html, "The RDKit Aromaticity Model"). Rings whose atoms all can are joined where they share one bond;
/// every connected choice of up to six of them is counted, an atom in more than two of them left out. The bonds around an aromatic choice, not those inside it, become aromatic.
/// </remarks>
internal sealed class Aromaticity
{
    private const int MostFused = 6, LargestFused = 24;

    private readonly List<Ring> rings;
    private readonly List<int>[] neighbours;
    private readonly Electrons?[] electrons;
    private readonly int[] atomCount, bondCount;
    private readonly HashSet<Bond> done = [];

    private Aromaticity(Molecule molecule)
    {
        electrons = new Electrons?[molecule.Atoms.Count];
        var tried = new bool[molecule.Atoms.Count];
        rings = molecule.Rings.FindAll(ring => Array.TrueForAll(ring.Atoms, atom => Gives(atom, tried)) && Array.Exists(ring.Atoms, atom => atom.Number != 0));
        (atomCount, bondCount) = (new int[molecule.Atoms.Count], new int[molecule.Bonds.Count]);
        neighbours = [.. rings.Select(_ => new List<int>())];
        for (var i = 0; i < rings.Count; i++)
            for (var j = 0; j < i; j++)
                if (Fused(rings[i], rings[j])) { neighbours[i].Add(j); neighbours[j].Add(i); }
    }

    /// <summary>Marks aromatic atoms and bonds.</summary>
    public static void Run(Molecule molecule)
    {
        if (molecule.Rings.Count == 0) return;
        var search = new Aromaticity(molecule);
        var seen = new bool[search.rings.Count];
        for (var ring = 0; ring < search.rings.Count; ring++)
            if (!seen[ring]) search.System(ring, seen);
        foreach (var bond in search.done)
        {
            bond.Aromatic = true;
            if (bond.Order is BondOrder.Single or BondOrder.Double) bond.Order = BondOrder.Aromatic;
        }
    }

    private bool Gives(Atom atom, bool[] tried)
    {
        if (!tried[atom.Index]) (tried[atom.Index], electrons[atom.Index]) = (true, Electrons.Of(atom));
        return electrons[atom.Index] is not null;
    }

    private static bool Fused(Ring a, Ring b) =>
        a.Bonds.Length <= LargestFused && b.Bonds.Length <= LargestFused && a.Bonds.Count(bond => Array.IndexOf(b.Bonds, bond) >= 0) == 1;

    private void System(int first, bool[] seen)
    {
        List<int> system = [first];
        seen[first] = true;
        for (var i = 0; i < system.Count; i++)
        {
            foreach (var next in neighbours[system[i]])
            {
                if (seen[next]) continue;
                seen[next] = true;
                system.Add(next);
            }
        }
        if (system.Count == 1)
        {
            Judge(system);
            return;
        }
        Bond[] bonds = [.. system.SelectMany(ring => rings[ring].Bonds).Distinct()];
        for (var size = 1; size <= Math.Min(system.Count, MostFused) && !Array.TrueForAll(bonds, done.Contains); size++)
            foreach (var ring in system) Grow([ring], [.. neighbours[ring].Where(next => next > ring)], ring, size);
    }

    // Every connected set of rings once: the least ring first, then only rings that its earlier members did not offer (Wernicke 2006).
    private void Grow(List<int> chosen, List<int> offered, int least, int size)
    {
        if (chosen.Count == size)
        {
            Judge(chosen);
            return;
        }
        for (var i = 0; i < offered.Count; i++)
        {
            var ring = offered[i];
            List<int> next = [.. offered[(i + 1)..], .. neighbours[ring].Where(far => far > least && !chosen.Contains(far) && !offered.Contains(far) && !chosen.Exists(near => neighbours[near].Contains(far)))];
            Grow([.. chosen, ring], next, least, size);
        }
    }

    private void Judge(List<int> chosen)
    {
        foreach (var ring in chosen)
        {
            foreach (var atom in rings[ring].Atoms) atomCount[atom.Index]++;
            foreach (var bond in rings[ring].Bonds) bondCount[bond.Index]++;
        }
        var (least, most) = (0, 0);
        foreach (var atom in chosen.SelectMany(ring => rings[ring].Atoms))
        {
            var times = atomCount[atom.Index];
            atomCount[atom.Index] = 0;
            if (times is not (1 or 2)) continue;
            var given = electrons[atom.Index]!.Value;
            (least, most) = (least + given.Least, most + given.Most);
        }
        if (Huckel(least, most))
        {
            foreach (var bond in chosen.SelectMany(ring => rings[ring].Bonds).Where(bond => bondCount[bond.Index] == 1)) done.Add(bond);
            foreach (var atom in chosen.SelectMany(ring => rings[ring].Atoms)) atom.Aromatic = true;
        }
        foreach (var bond in chosen.SelectMany(ring => rings[ring].Bonds)) bondCount[bond.Index] = 0;
    }

    private static bool Huckel(int least, int most)
    {
        if (most < 6) return most == 2;
        for (var count = least; count <= most; count++)
            if (count % 4 == 2) return true;
        return false;
    }
}
