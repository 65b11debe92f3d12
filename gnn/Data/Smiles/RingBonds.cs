namespace GraphTune.Gnn.Data;

/// <summary>Marks the bonds whose removal would part nothing, and their atoms: those in rings (Tarjan 1974).</summary>
internal static class RingBonds
{
    /// <summary>Sets <see cref="Bond.InRing"/> and <see cref="Atom.InRing"/>.</summary>
    public static void Mark(Molecule molecule)
    {
        var (order, low) = (new int[molecule.Atoms.Count], new int[molecule.Atoms.Count]);
        var stack = new Stack<(Atom Atom, Bond? From, int Next)>();
        var count = 0;
        foreach (var first in molecule.Atoms)
        {
            if (order[first.Index] > 0) continue;
            order[first.Index] = low[first.Index] = ++count;
            stack.Push((first, null, 0));
            while (stack.TryPop(out var top))
            {
                var (atom, from, next) = top;
                if (next == atom.Degree)
                {
                    if (from is not null) Return(atom, from, order, low);
                    continue;
                }
                stack.Push((atom, from, next + 1));
                var bond = atom.Bonds[next];
                if (bond == from) continue;
                var other = bond.Other(atom);
                if (order[other.Index] > 0)
                {
                    low[atom.Index] = Math.Min(low[atom.Index], order[other.Index]);
                    Enter(bond);
                    continue;
                }
                order[other.Index] = low[other.Index] = ++count;
                stack.Push((other, bond, 0));
            }
        }
    }

    private static void Return(Atom atom, Bond from, int[] order, int[] low)
    {
        var parent = from.Other(atom);
        low[parent.Index] = Math.Min(low[parent.Index], low[atom.Index]);
        if (low[atom.Index] <= order[parent.Index]) Enter(from);
    }

    private static void Enter(Bond bond) => bond.InRing = bond.Begin.InRing = bond.End.InRing = true;
}
