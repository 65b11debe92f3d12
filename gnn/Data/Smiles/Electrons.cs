namespace GraphTune.Gnn.Data;

/// <summary>How many electrons an atom can give to an aromatic ring.</summary>
/// <param name="Least">At least.</param>
/// <param name="Most">At most.</param>
internal readonly record struct Electrons(int Least, int Most)
{
    private const int Carbon = 6, LastLight = 18, Selenium = 34, Tellurium = 52;

    /// <summary>What a ring atom gives; null where it cannot be in an aromatic ring.</summary>
    public static Electrons? Of(Atom atom)
    {
        if (atom.Number == 0) return new(0, 2);
        if (atom.Number > LastLight && atom.Number is not (Selenium or Tellurium)) return null;
        if (atom.ExplicitValence + atom.ImplicitHydrogens > Usual(atom)) return null;
        if (atom.Radicals > 0 && atom.Number != Carbon) return null;
        if (atom.Bonds.Count(bond => bond.Order is BondOrder.Double or BondOrder.Triple) > 1) return null;
        return Donated(atom) is { } count ? new(count, count) : null;
    }

    // The usual valence of the neutral element with as many electrons.
    private static int Usual(Atom atom) =>
        Elements.UsualValence(atom.Number - atom.Charge) is > 0 and var valence ? valence : Elements.UsualValence(atom.Number) > 0 ? -1 : int.MaxValue;

    private static int? Donated(Atom atom)
    {
        var free = Free(atom);
        var outward = atom.Bonds.Find(bond => !bond.InRing && bond.TwiceValence >= 4);
        var drawn = outward is not null && Elements.MoreElectronegative(outward.Other(atom).Number, atom.Number);
        switch (free)
        {
            case < 0: return null;
            case 0: return outward is not null ? 0 : atom.Bonds.Exists(bond => bond.InRing && bond.TwiceValence >= 4) ? 1 : null;
            case 1 when outward is not null: return drawn ? 0 : 1;
            case 1: return atom.ExplicitValence != atom.Degree + atom.WrittenHydrogens ? 1 : atom.Charge == 1 ? 0 : null;
            default: return (free - (drawn ? 1 : 0)) % 2 == 1 ? 1 : 2;
        }
    }

    // Electrons that no bond along the ring and no hydrogen holds; -1 where there is no place for any.
    private static int Free(Atom atom)
    {
        var valence = Elements.UsualValence(atom.Number);
        var degree = atom.Degree + atom.Hydrogens;
        if (valence <= 1 || degree > 3) return -1;
        var pairs = Math.Max(Elements.OuterElectrons(atom.Number) - valence - atom.Charge, 0);
        var free = valence - degree + pairs - atom.Radicals;
        return free > 1 && atom.ExplicitValence - atom.Degree > 1 ? 1 : free;
    }
}
