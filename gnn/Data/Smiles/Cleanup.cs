namespace GraphTune.Gnn.Data;

/// <summary>Rewrites the common neutral spellings of charged groups: nitro groups, azides, phosphorus ylides, oxides of halogens.</summary>
internal static class Cleanup
{
    private const int Nitrogen = 7, Oxygen = 8;

    /// <summary>Changes bond orders and charges in place.</summary>
    public static void Run(Molecule molecule)
    {
        foreach (var atom in molecule.Atoms)
        {
            if (atom.Charge != 0) continue;
            switch (atom.Number)
            {
                case Nitrogen when Valence.Explicit(atom) == 5: FiveBonds(atom); break;
                case 15 when Valence.Explicit(atom) == 5 && atom.Degree == 3: Ylide(atom); break;
                case 17 or 35 or 53: Oxides(atom); break;
                default: break;
            }
        }
    }

    // N(=O)=O is [N+](=O)[O-]; N=N#N is N=[N+]=[N-].
    private static void FiveBonds(Atom atom)
    {
        if (Find(atom, Oxygen, BondOrder.Double) is { } oxide) Split(atom, oxide, BondOrder.Single);
        else if (Find(atom, Nitrogen, BondOrder.Triple) is { } azide) Split(atom, azide, BondOrder.Double);
    }

    // C=P(=O)X is C=[P+]([O-])X.
    private static void Ylide(Atom atom)
    {
        var ylide = atom.Bonds.Exists(bond => bond.Order == BondOrder.Double && bond.Other(atom) is { Number: 6 or Nitrogen, Degree: >= 2 });
        if (ylide && atom.Bonds.FindLast(bond => IsNeutral(atom, bond, Oxygen, BondOrder.Double)) is { } oxide) Split(atom, oxide, BondOrder.Single);
    }

    // X(=O)(=O)(=O)O is [X+3]([O-])([O-])([O-])O, where X has no neighbours but oxygen.
    private static void Oxides(Atom atom)
    {
        if (Valence.Explicit(atom) is not (3 or 5 or 7) || atom.Bonds.Exists(bond => bond.Other(atom).Number != Oxygen)) return;
        foreach (var bond in atom.Bonds)
        {
            if (bond.Order != BondOrder.Double) continue;
            bond.Order = BondOrder.Single;
            bond.Other(atom).Charge = -1;
            atom.Charge++;
        }
    }

    private static Bond? Find(Atom atom, int number, BondOrder order) => atom.Bonds.Find(bond => IsNeutral(atom, bond, number, order));

    private static bool IsNeutral(Atom atom, Bond bond, int number, BondOrder order) => bond.Order == order && bond.Other(atom) is { Charge: 0 } other && other.Number == number;

    private static void Split(Atom atom, Bond bond, BondOrder order)
    {
        bond.Order = order;
        atom.Charge = 1;
        bond.Other(atom).Charge = -1;
    }
}
