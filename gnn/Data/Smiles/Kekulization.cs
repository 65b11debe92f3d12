namespace GraphTune.Gnn.Data;

/// <summary>Turns aromatic bonds as written into single and double ones, and forgets what was aromatic.</summary>
internal sealed class Kekulization
{
    private const int MostSteps = 200_000;

    private readonly Molecule molecule;
    private readonly string text;
    private readonly bool[] waits;

    private Kekulization(Molecule molecule, string text) => (this.molecule, this.text, waits) = (molecule, text, new bool[molecule.Atoms.Count]);

    /// <summary>Places double bonds so that each aromatic atom that needs one has exactly one.</summary>
    /// <exception cref="SmilesException">An aromatic atom is in no ring, or the double bonds cannot be placed.</exception>
    public static void Run(Molecule molecule, string text)
    {
        if (molecule.Atoms.Exists(atom => atom.Aromatic) || molecule.Bonds.Exists(bond => bond.Aromatic)) new Kekulization(molecule, text).Run();
    }

    private void Run()
    {
        foreach (var atom in molecule.Atoms)
        {
            if (atom is { Aromatic: true, InRing: false }) throw new SmilesException(text, atom.Column, "an aromatic atom is in no ring");
            waits[atom.Index] = atom.Aromatic && TakesDoubleBond(atom);
        }
        foreach (var bond in molecule.Bonds)
        {
            if (!bond.Aromatic) continue;
            bond.Order = BondOrder.Single;
            bond.Aromatic = bond.InRing;
        }
        var order = Walk();
        if (!Place(order)) throw new SmilesException(text, order[0].Column, "double bonds cannot be placed in the aromatic ring");
        foreach (var bond in molecule.Bonds) bond.Aromatic = false;
        foreach (var atom in molecule.Atoms) (atom.Aromatic, atom.ExplicitValence) = (false, Valence.Explicit(atom));
    }

    // An atom takes a double bond where its bonds, all aromatic ones single, and hydrogens are one short of a usual valence.
    private static bool TakesDoubleBond(Atom atom)
    {
        if (atom.Number == 0) return false;
        var bonds = atom.Hydrogens;
        foreach (var bond in atom.Bonds) bonds += bond.Aromatic ? 1 : bond.TwiceValence / 2;
        var total = atom.ExplicitValence + atom.ImplicitHydrogens;
        var valence = Elements.UsualValence(atom.Number) + atom.Charge;
        var valences = Elements.Valences(atom.Number);
        for (var i = 1; i < valences.Length && total > valence && valences[i] > 0; i++) valence = valences[i] + atom.Charge;
        if (atom.Degree + atom.ImplicitHydrogens >= valence) return false;
        return valence == bonds + 1 || (atom.Bracket && valence == bonds + 2);
    }

    // Depth first, so that each atom but the first of a ring system has a neighbour before it and dead ends show early.
    private List<Atom> Walk()
    {
        List<Atom> order = [];
        var seen = new bool[molecule.Atoms.Count];
        var stack = new Stack<Atom>();
        foreach (var first in molecule.Atoms)
        {
            stack.Push(first);
            while (stack.TryPop(out var atom))
            {
                if (seen[atom.Index] || !waits[atom.Index]) continue;
                seen[atom.Index] = true;
                order.Add(atom);
                foreach (var bond in atom.Bonds)
                    if (bond.Aromatic) stack.Push(bond.Other(atom));
            }
        }
        return order;
    }

    // Each atom that waits takes its first neighbour that waits too; where none is left, the choice before it is tried anew.
    private bool Place(List<Atom> order)
    {
        var choices = new Stack<(int At, int Next)>();
        var (at, next) = (0, 0);
        for (var steps = 0; steps < MostSteps; steps++)
        {
            while (next == 0 && at < order.Count && !waits[order[at].Index]) at++;
            if (at == order.Count) return true;
            var chosen = order[at].Bonds.FindIndex(next, bond => bond.Aromatic && waits[bond.Other(order[at]).Index]);
            if (chosen >= 0)
            {
                Set(order[at].Bonds[chosen], BondOrder.Double);
                choices.Push((at, chosen + 1));
                (at, next) = (at + 1, 0);
                continue;
            }
            if (!choices.TryPop(out var last)) return false;
            (at, next) = last;
            Set(order[at].Bonds[next - 1], BondOrder.Single);
        }
        return false;
    }

    private void Set(Bond bond, BondOrder order)
    {
        bond.Order = order;
        waits[bond.Begin.Index] = waits[bond.End.Index] = order == BondOrder.Single;
    }
}
