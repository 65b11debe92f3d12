namespace GraphTune.Gnn.Data;

/// <summary>Atoms and the bonds between them.</summary>
internal sealed class Molecule
{
    /// <summary>The atoms, in the order written.</summary>
    public List<Atom> Atoms { get; } = [];

    /// <summary>The bonds: those along the text first, then the ring closures.</summary>
    public List<Bond> Bonds { get; } = [];

    /// <summary>The smallest rings, each a list of bonds in their order around it.</summary>
    public List<Ring> Rings { get; } = [];

    /// <summary>Adds an atom.</summary>
    public Atom Add(Atom atom)
    {
        Atoms.Add(atom);
        return atom;
    }

    /// <summary>Adds a bond to the molecule and to its two ends.</summary>
    public Bond Add(Bond bond)
    {
        bond.Index = Bonds.Count;
        Bonds.Add(bond);
        bond.Begin.Bonds.Add(bond);
        bond.End.Bonds.Add(bond);
        return bond;
    }

    /// <summary>Takes out atoms and every bond that ends at one; all are counted anew.</summary>
    public void Remove(Predicate<Atom> gone)
    {
        Bonds.RemoveAll(bond => gone(bond.Begin) || gone(bond.End));
        foreach (var atom in Atoms) atom.Bonds.RemoveAll(bond => gone(bond.Begin) || gone(bond.End));
        Atoms.RemoveAll(gone);
        for (var i = 0; i < Atoms.Count; i++) Atoms[i].Index = i;
        for (var i = 0; i < Bonds.Count; i++) Bonds[i].Index = i;
    }
}
