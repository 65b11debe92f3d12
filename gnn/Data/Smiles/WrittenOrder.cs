namespace GraphTune.Gnn.Data;

/// <summary>The neighbours of an atom with a chirality mark, in the order of the text: the one before, a hydrogen in the brackets, ring closures, branches, the one after.</summary>
internal sealed class WrittenOrder
{
    private readonly List<Bond?> slots = new(4);
    private readonly Chirality mark;

    /// <summary>Starts the order of an atom whose chirality is still the mark as written: <c>@</c> counter-clockwise, <c>@@</c> clockwise.</summary>
    public WrittenOrder(Atom atom)
    {
        mark = atom.Chirality;
        if (atom.WrittenHydrogens == 1) slots.Add(null);
    }

    /// <summary>The neighbour before the atom.</summary>
    public void AddFirst(Bond bond) => slots.Insert(0, bond);

    /// <summary>The next neighbour.</summary>
    public void Add(Bond bond) => slots.Add(bond);

    /// <summary>A place for a ring closure whose other end is still to come.</summary>
    public int Reserve()
    {
        slots.Add(null);
        return slots.Count - 1;
    }

    /// <summary>Puts a ring closure in its place.</summary>
    public void Fill(int slot, Bond bond) => slots[slot] = bond;

    /// <summary>The turn in the order of the atom's bonds, hydrogen last.</summary>
    /// <returns>The mark where the permutation between the two orders is even, the opposite where it is odd; none with fewer than three neighbours, or more than four.</returns>
    public Chirality Turn(Atom atom)
    {
        if (slots.Count is < 3 or > 4) return Chirality.None;
        var odd = false;
        for (var i = 0; i < slots.Count; i++)
            for (var j = i + 1; j < slots.Count; j++) odd ^= Place(atom, slots[i]) > Place(atom, slots[j]);
        return odd ? Opposite(mark) : mark;
    }

    /// <summary>The other turn.</summary>
    public static Chirality Opposite(Chirality turn) => turn switch
    {
        Chirality.Clockwise => Chirality.CounterClockwise,
        Chirality.CounterClockwise => Chirality.Clockwise,
        _ => turn,
    };

    private static int Place(Atom atom, Bond? bond) => bond is null ? atom.Degree : atom.Bonds.IndexOf(bond);
}
