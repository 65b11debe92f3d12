namespace GraphTune.Gnn.Data;

/// <summary>An atom of a molecule.</summary>
internal sealed class Atom(int index, int number, bool bracket)
{
    /// <summary>Its place in the molecule.</summary>
    public int Index { get; set; } = index;

    /// <summary>Its atomic number; 0 for a wildcard.</summary>
    public int Number { get; } = number;

    /// <summary>Whether it is written in brackets, which say how many hydrogens it has.</summary>
    public bool Bracket { get; } = bracket;

    /// <summary>Where it begins in the text, from 1.</summary>
    public int Column { get; init; }

    /// <summary>Its mass number; 0 where none is given.</summary>
    public int Isotope { get; init; }

    /// <summary>Its charge, in elementary charges.</summary>
    public int Charge { get; set; }

    /// <summary>Hydrogens written in its brackets, or removed from beside it.</summary>
    public int WrittenHydrogens { get; set; }

    /// <summary>Hydrogens that nobody wrote, found from its valence.</summary>
    public int ImplicitHydrogens { get; set; }

    /// <summary>What its bonds and written hydrogens take; half of an aromatic bond's 1.5 is rounded up, and to a usual valence where it is over.</summary>
    public int ExplicitValence { get; set; }

    /// <summary>All hydrogens that are no atoms of their own.</summary>
    public int Hydrogens => WrittenHydrogens + ImplicitHydrogens;

    /// <summary>Unpaired electrons.</summary>
    public int Radicals { get; set; }

    /// <summary>Whether it is aromatic.</summary>
    public bool Aromatic { get; set; }

    /// <summary>Whether it is in a ring.</summary>
    public bool InRing { get; set; }

    /// <summary>The turn of its neighbours.</summary>
    public Chirality Chirality { get; set; }

    /// <summary>Its bonds.</summary>
    public List<Bond> Bonds { get; } = new(4);

    /// <summary>Number of its bonds.</summary>
    public int Degree => Bonds.Count;
}
