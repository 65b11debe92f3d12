using System.Text;

namespace GraphTune.Gnn.Data;

/// <summary>A text that two molecules share exactly when they are the same, whatever the order of their atoms.</summary>
/// <remarks>
/// Classes of like atoms are split one atom at a time until all differ, and the molecule is written down in the order found. Like atoms are mirror images of each other
/// in the bonds, so any of a class may go first; where a ring holds turns that the classes do not tell, all are tried, and the least text counts.
/// </remarks>
internal sealed class CanonicalForm
{
    private const int MostTries = 512;

    private readonly Molecule molecule;
    private readonly bool every;
    private string? least;
    private int tries;

    private CanonicalForm(Molecule molecule, bool every) => (this.molecule, this.every) = (molecule, every);

    /// <summary>The text of a molecule; chirality and direction marks that mark nothing are removed on the way.</summary>
    public static string Of(Molecule molecule)
    {
        var kinds = Stereo.Clean(molecule);
        var classes = AtomClasses.Refine(molecule, kinds);
        var untold = molecule.Atoms.Exists(atom => atom.Chirality != Chirality.None && atom.Bonds.DistinctBy(bond => classes[bond.Other(atom).Index]).Count() < atom.Degree);
        var form = new CanonicalForm(molecule, untold);
        form.Split(classes);
        return form.least ?? "";
    }

    private void Split(int[] classes)
    {
        if (tries >= MostTries) return;
        var tied = FirstTie(classes);
        if (tied is null)
        {
            tries++;
            var text = Write(classes);
            if (least is null || string.CompareOrdinal(text, least) < 0) least = text;
            return;
        }
        foreach (var chosen in every ? tied : tied[..1])
        {
            var kinds = Array.ConvertAll(classes, c => 2UL * (ulong)c + 1);
            kinds[chosen]--;
            Split(AtomClasses.Refine(molecule, kinds));
        }
    }

    private static int[]? FirstTie(int[] classes)
    {
        var count = new int[classes.Length];
        foreach (var c in classes) count[c]++;
        var first = Array.FindIndex(count, n => n > 1);
        return first < 0 ? null : [.. Enumerable.Range(0, classes.Length).Where(atom => classes[atom] == first)];
    }

    private string Write(int[] rank)
    {
        var atoms = molecule.Atoms.OrderBy(atom => rank[atom.Index]);
        var text = new StringBuilder();
        foreach (var atom in atoms)
        {
            text.Append(Elements.Symbol(atom.Number)).Append(atom.Isotope).Append(atom.Aromatic ? 'a' : 'n').Append(atom.Charge).Append('h').Append(atom.Hydrogens).Append(Turn(atom, rank));
            foreach (var bond in atom.Bonds.Where(bond => rank[bond.Other(atom).Index] < rank[atom.Index]).OrderBy(bond => rank[bond.Other(atom).Index]))
                text.Append(' ').Append(rank[bond.Other(atom).Index]).Append("-=#:$"[(int)bond.Order]).Append(Side(bond, rank));
            text.Append(';');
        }
        return text.ToString();
    }

    private static string Turn(Atom atom, int[] rank)
    {
        if (atom.Chirality is not (Chirality.Clockwise or Chirality.CounterClockwise)) return "";
        var odd = false;
        for (var i = 0; i < atom.Degree; i++)
            for (var j = i + 1; j < atom.Degree; j++) odd ^= rank[atom.Bonds[i].Other(atom).Index] > rank[atom.Bonds[j].Other(atom).Index];
        return odd == (atom.Chirality == Chirality.Clockwise) ? "@" : "@@";
    }

    // At a double bond whose ends both have a direction: whether the neighbours of the highest rank lie on one side.
    private static string Side(Bond bond, int[] rank)
    {
        if (bond.Order != BondOrder.Double || Above(bond.Begin, bond, rank) is not { } first || Above(bond.End, bond, rank) is not { } second) return "";
        return first == second ? "z" : "e";
    }

    private static bool? Above(Atom end, Bond twofold, int[] rank)
    {
        var others = end.Bonds.FindAll(bond => bond != twofold);
        var told = others.Find(bond => bond.Direction != BondDirection.None);
        if (told is null) return null;
        var above = (told.Direction == BondDirection.Up) == (told.Begin == end);
        return told == others.MaxBy(bond => rank[bond.Other(end).Index]) ? above : !above;
    }
}
