namespace GraphTune.Gnn.Data;

/// <summary>A bond of a molecule.</summary>
internal sealed class Bond(Atom begin, Atom end, BondOrder order)
{
    /// <summary>Its place in the molecule.</summary>
    public int Index { get; set; }

    /// <summary>The atom it was written from.</summary>
    public Atom Begin { get; } = begin;

    /// <summary>The atom it was written to.</summary>
    public Atom End { get; } = end;

    /// <summary>Its kind.</summary>
    public BondOrder Order { get; set; } = order;

    /// <summary>Whether it is aromatic; while electrons are being placed its order is single or double all the same.</summary>
    public bool Aromatic { get; set; }

    /// <summary>Whether it is in a ring.</summary>
    public bool InRing { get; set; }

    /// <summary>Where it points beside a double bond.</summary>
    public BondDirection Direction { get; set; }

    /// <summary>The other end.</summary>
    public Atom Other(Atom atom) => atom == Begin ? End : Begin;

    /// <summary>Twice what it takes of an end's valence: 3 for an aromatic bond.</summary>
    public int TwiceValence => Order switch { BondOrder.Single => 2, BondOrder.Double => 4, BondOrder.Triple => 6, BondOrder.Quadruple => 8, BondOrder.Aromatic => 3, _ => 0 };
}
