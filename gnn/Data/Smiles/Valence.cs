namespace GraphTune.Gnn.Data;

/// <summary>Hydrogens that nobody writes, and the check that no atom has more bonds than its element takes.</summary>
internal static class Valence
{
    /// <summary>Finds the explicit valence and the implicit hydrogens of every atom.</summary>
    /// <exception cref="SmilesException">An atom has more bonds than it can.</exception>
    public static void Assign(Molecule molecule, string text)
    {
        foreach (var atom in molecule.Atoms)
        {
            atom.ExplicitValence = Explicit(atom);
            Check(atom, text);
            atom.ImplicitHydrogens = atom.Bracket || atom.Number == 0 ? 0 : Implicit(atom, text);
        }
    }

    /// <summary>Unpaired electrons of atoms in brackets, which say how many hydrogens they have.</summary>
    public static void AssignRadicals(Molecule molecule)
    {
        foreach (var atom in molecule.Atoms)
        {
            if (!atom.Bracket || atom.Number == 0 || Elements.UsualValence(atom.Number) == Elements.AnyValence) continue;
            atom.Radicals = Radicals(atom);
        }
    }

    /// <summary>Sum of bond orders and written hydrogens, rounded as <see cref="Atom.ExplicitValence"/> says.</summary>
    public static int Explicit(Atom atom)
    {
        var twice = 2 * atom.WrittenHydrogens;
        foreach (var bond in atom.Bonds) twice += bond.TwiceValence;
        return atom.Aromatic && Elements.UsualValence(atom.Number) != Elements.AnyValence ? OfAromatic(atom, twice) : (twice + 1) / 2;
    }

    // An aromatic atom gives one electron pair to all its aromatic bonds; where 1.5 a bond is too much, the next lower valence within 1.5 is meant.
    private static int OfAromatic(Atom atom, int twice)
    {
        var charge = Elements.OuterElectrons(atom.Number) < 4 ? -atom.Charge : atom.Charge;
        var lower = 2 * (Elements.UsualValence(atom.Number) + charge);
        if (twice <= lower) return (twice + 1) / 2;
        foreach (var valence in Elements.Valences(atom.Number))
        {
            if (valence == Elements.AnyValence || 2 * (valence + charge) > twice) break;
            lower = 2 * (valence + charge);
        }
        return ((twice - lower <= 3 ? lower : twice) + 1) / 2;
    }

    private static int Implicit(Atom atom, string text)
    {
        foreach (var valence in Elements.Valences(atom.Number))
        {
            if (valence + atom.Charge >= atom.ExplicitValence) return valence + atom.Charge - atom.ExplicitValence;
            if (atom.Aromatic) return 0;
        }
        throw TooMany(atom, text);
    }

    private static void Check(Atom atom, string text)
    {
        var most = Elements.Valences(atom.Number)[^1];
        if (most <= 0) return;
        var neutral = Elements.OuterElectrons(atom.Number) >= 4 ? atom.ExplicitValence - atom.Charge : atom.ExplicitValence + atom.Charge;
        if (neutral > most) throw TooMany(atom, text);
    }

    private static int Radicals(Atom atom)
    {
        var outer = Elements.OuterElectrons(atom.Number);
        var total = Explicit(atom);
        var missing = (atom.Number <= 2 ? 2 : 8) - outer - total + atom.Charge;
        if (missing < 0)
        {
            missing = 0;
            var valences = Elements.Valences(atom.Number);
            if (valences.Length > 1)
            {
                foreach (var valence in valences)
                {
                    if (valence - total + atom.Charge < 0) continue;
                    missing = valence - total + atom.Charge;
                    break;
                }
            }
        }
        var given = outer - total - atom.Charge;
        return given >= 0 ? Math.Min(missing, given) : missing;
    }

    private static SmilesException TooMany(Atom atom, string text) =>
        new(text, atom.Column, $"{Elements.Symbol(atom.Number)}{(atom.Charge == 0 ? "" : atom.Charge.ToString("+0;-0", null))} has {atom.ExplicitValence} bonds, more than it takes");
}
