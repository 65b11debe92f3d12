namespace GraphTune.Gnn.Data;

/// <summary>Sorts the atoms of a molecule into classes that no renumbering can tell apart, by refinement from what each is to what its neighbours are (Weininger et al. 1989).</summary>
internal static class AtomClasses
{
    private const ulong Prime = 0x9E3779B97F4A7C15;

    /// <summary>What an atom is, its neighbours and turn aside.</summary>
    /// <param name="atom">The atom.</param>
    /// <param name="ringSizes">What <see cref="RingSizes"/> tells of it: decalin and bicyclopentyl differ in nothing else.</param>
    public static ulong Kind(Atom atom, ulong ringSizes)
    {
        var kind = Mix((ulong)atom.Number, (ulong)atom.Isotope);
        kind = Mix(kind, (ulong)(atom.Charge + 128));
        kind = Mix(kind, (ulong)(8 * atom.Hydrogens + atom.Degree));
        return Mix(kind, (atom.Aromatic ? 1UL : 0) + ringSizes);
    }

    /// <summary>For each atom, a sum over its bonds that tells the size of the smallest ring each is in; unlike the rings themselves, those sizes leave no choice.</summary>
    public static ulong[] RingSizes(Molecule molecule)
    {
        var smallest = new int[molecule.Bonds.Count];
        foreach (var ring in molecule.Rings)
            foreach (var bond in ring.Bonds) smallest[bond.Index] = smallest[bond.Index] == 0 ? ring.Bonds.Length : Math.Min(smallest[bond.Index], ring.Bonds.Length);
        var sizes = new ulong[molecule.Atoms.Count];
        foreach (var atom in molecule.Atoms)
            foreach (var bond in atom.Bonds) sizes[atom.Index] += Mix(Prime, (ulong)smallest[bond.Index]) | 1;
        return sizes;
    }

    /// <summary>Refines until nothing changes.</summary>
    /// <param name="molecule">The molecule.</param>
    /// <param name="kinds">What each atom is, in any numbers.</param>
    /// <returns>The class of each atom, from 0; classes are ordered in a way that does not depend on the atoms' order.</returns>
    public static int[] Refine(Molecule molecule, ulong[] kinds)
    {
        var classes = Numbered(kinds, out var count);
        var keys = new ulong[classes.Length];
        while (count < classes.Length)
        {
            foreach (var atom in molecule.Atoms)
            {
                var sum = 0UL;
                foreach (var bond in atom.Bonds) sum += Mix((ulong)bond.Order * 2 + (bond.InRing ? 1UL : 0), (ulong)classes[bond.Other(atom).Index]);
                keys[atom.Index] = Mix(sum, (ulong)classes[atom.Index]);
            }
            var finer = Numbered(keys, out var more);
            if (more == count) break;
            (classes, count) = (finer, more);
        }
        return classes;
    }

    /// <summary>A well-spread number of two.</summary>
    public static ulong Mix(ulong a, ulong b)
    {
        var x = (a ^ (b + Prime + (a << 6) + (a >> 2))) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 30)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    // Equal keys, which hold the class before, share a class.
    private static int[] Numbered(ulong[] keys, out int count)
    {
        var (sorted, order, classes) = ((ulong[])keys.Clone(), new int[keys.Length], new int[keys.Length]);
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(sorted, order);
        count = 0;
        for (var i = 0; i < order.Length; i++)
        {
            if (i > 0 && sorted[i] != sorted[i - 1]) count++;
            classes[order[i]] = count;
        }
        count++;
        return classes;
    }
}
