namespace GraphTune.Gnn.Data;

/// <summary>Turns the text of a SMILES into atoms and bonds exactly as written (opensmiles.org); nothing is perceived here.</summary>
/// <remarks>
/// Bonds along the text come first, in its order; ring closures follow by ring number and then by place, each from the atom that closes the ring, or from the other where that one says the kind of bond.
/// A chirality mark becomes a turn in the order of an atom's bonds, by the parity of the permutation from the order written.
/// </remarks>
internal sealed class SmilesParser
{
    private const int MostRingNumbers = 100_000;

    private readonly string text;
    private readonly Molecule molecule = new();
    private readonly Stack<(Atom Atom, int Column)> branches = new();
    private readonly SortedDictionary<int, List<RingEnd>> ringEnds = [];
    private readonly Dictionary<Atom, WrittenOrder> written = [];
    private int at;
    private Atom? previous;
    private BondOrder order = BondOrder.Unset;
    private BondDirection direction;
    private int bondColumn;

    private SmilesParser(string text) => this.text = text;

    /// <summary>Reads a SMILES.</summary>
    /// <exception cref="SmilesException">The text is not well formed.</exception>
    public static Molecule Parse(string text) => new SmilesParser(text).Run();

    private Molecule Run()
    {
        while (at < text.Length) Step(text[at]);
        if (bondColumn > 0) throw Bad("a bond leads nowhere", bondColumn);
        if (branches.Count > 0) throw Bad("a branch is opened and never closed", branches.Peek().Column);
        if (molecule.Atoms.Count == 0) throw Bad("there is no atom", 0);
        CloseRings();
        foreach (var bond in molecule.Bonds) Settle(bond);
        foreach (var (atom, slots) in written) atom.Chirality = slots.Turn(atom);
        return molecule;
    }

    private void Step(char c)
    {
        switch (c)
        {
            case '[': Append(Bracket()); break;
            case '(': Open(); break;
            case ')': Close(); break;
            case '.': Dot(); break;
            case '-' or '=' or '#' or '$' or ':' or '/' or '\\': BondMark(c); break;
            case >= '0' and <= '9' or '%': RingEndHere(RingNumber()); break;
            default: Append(Plain(c)); break;
        }
    }

    private void Open()
    {
        if (previous is null || bondColumn > 0) throw Bad("a branch opens without an atom before it", at + 1);
        branches.Push((previous, ++at));
    }

    private void Close()
    {
        if (branches.Count == 0) throw Bad("a branch is closed that was never opened", at + 1);
        if (bondColumn > 0) throw Bad("a bond leads nowhere", bondColumn);
        (previous, _) = branches.Pop();
        at++;
    }

    private void Dot()
    {
        if (bondColumn > 0) throw Bad("a bond leads nowhere", bondColumn);
        previous = null;
        at++;
    }

    private void BondMark(char c)
    {
        if (previous is null) throw Bad($"the bond '{c}' has no atom before it", at + 1);
        if (bondColumn > 0) throw Bad($"the bond '{c}' follows another", at + 1);
        bondColumn = ++at;
        if (c == '\\' && at < text.Length && text[at] == '\\') at++; // Some files double it.
        (order, direction) = c switch
        {
            '-' => (BondOrder.Single, BondDirection.None),
            '=' => (BondOrder.Double, BondDirection.None),
            '#' => (BondOrder.Triple, BondDirection.None),
            '$' => (BondOrder.Quadruple, BondDirection.None),
            ':' => (BondOrder.Aromatic, BondDirection.None),
            '/' => (BondOrder.Unset, BondDirection.Up),
            _ => (BondOrder.Unset, BondDirection.Down),
        };
    }

    private void Append((Atom Atom, WrittenOrder? Order) made)
    {
        var (atom, slots) = made;
        molecule.Add(atom);
        if (slots is not null) written.Add(atom, slots);
        if (previous is not null)
        {
            var bond = molecule.Add(new Bond(previous, atom, order) { Direction = direction });
            if (written.TryGetValue(previous, out var before)) before.Add(bond);
            slots?.AddFirst(bond);
        }
        previous = atom;
        ForgetBond();
    }

    private void ForgetBond() => (order, direction, bondColumn) = (BondOrder.Unset, BondDirection.None, 0);

    private (Atom Atom, WrittenOrder? Order) Plain(char c)
    {
        var (symbol, aromatic) = c switch
        {
            'C' when Ahead('l') => ("Cl", false),
            'B' when Ahead('r') => ("Br", false),
            'B' or 'C' or 'N' or 'O' or 'P' or 'S' or 'F' or 'I' or '*' => (c.ToString(), false),
            'b' or 'c' or 'n' or 'o' or 'p' or 's' => (char.ToUpperInvariant(c).ToString(), true),
            _ => throw Bad($"'{c}' is no atom, bond or ring", at + 1),
        };
        var column = at + 1;
        at += symbol.Length;
        return (new Atom(molecule.Atoms.Count, Elements.Number(symbol), bracket: false) { Column = column, Aromatic = aromatic }, null);
    }

    private (Atom Atom, WrittenOrder? Order) Bracket()
    {
        var atom = new BracketReader(text, at + 1).Read(molecule.Atoms.Count, out at);
        return (atom, atom.Chirality is Chirality.Clockwise or Chirality.CounterClockwise ? new WrittenOrder(atom) : null);
    }

    private int RingNumber()
    {
        if (text[at] != '%') return text[at++] - '0';
        var start = at++;
        if (at < text.Length && text[at] == '(')
        {
            var close = text.IndexOf(')', at);
            if (close > at + 1 && int.TryParse(text.AsSpan(at + 1, close - at - 1), System.Globalization.NumberStyles.None, null, out var many) && many < MostRingNumbers)
            {
                at = close + 1;
                return many;
            }
        }
        else if (at + 1 < text.Length && char.IsAsciiDigit(text[at]) && char.IsAsciiDigit(text[at + 1]))
        {
            at += 2;
            return 10 * (text[at - 2] - '0') + text[at - 1] - '0';
        }
        throw Bad("two digits, or digits in parentheses, are wanted after '%'", start + 1);
    }

    private void RingEndHere(int number)
    {
        if (previous is null) throw Bad($"ring {number} has no atom before it", at);
        if (!ringEnds.TryGetValue(number, out var ends)) ringEnds.Add(number, ends = []);
        var end = new RingEnd(previous, order, direction, at);
        ends.Add(end);
        if (written.TryGetValue(previous, out var slots)) end.Slot = slots.Reserve();
        ForgetBond();
    }

    private void CloseRings()
    {
        foreach (var (number, ends) in ringEnds)
        {
            if (ends.Count % 2 == 1) throw Bad($"ring {number} is opened and never closed", ends[^1].Column);
            for (var i = 0; i < ends.Count; i += 2) Join(number, ends[i], ends[i + 1]);
        }
    }

    private void Join(int number, RingEnd first, RingEnd second)
    {
        if (first.Atom == second.Atom) throw Bad($"ring {number} bonds an atom to itself", second.Column);
        if (first.Atom.Bonds.Exists(bond => bond.Other(first.Atom) == second.Atom)) throw Bad($"ring {number} bonds two atoms that are bonded already", second.Column);
        if (first.Order != second.Order && first.Order != BondOrder.Unset && second.Order != BondOrder.Unset) throw Bad($"ring {number} is opened and closed with different bonds", second.Column);
        var bond = first.Order != BondOrder.Unset
            ? molecule.Add(new Bond(first.Atom, second.Atom, first.Order) { Direction = Reversed(second.Direction) })
            : molecule.Add(new Bond(second.Atom, first.Atom, second.Order) { Direction = first.Direction != BondDirection.None ? Reversed(first.Direction) : second.Direction });
        if (written.TryGetValue(first.Atom, out var opening)) opening.Fill(first.Slot, bond);
        if (written.TryGetValue(second.Atom, out var closing)) closing.Fill(second.Slot, bond);
    }

    private static BondDirection Reversed(BondDirection direction) => direction switch
    {
        BondDirection.Up => BondDirection.Down,
        BondDirection.Down => BondDirection.Up,
        _ => BondDirection.None,
    };

    // A bond that is not written is aromatic between aromatic atoms, and single otherwise.
    private static void Settle(Bond bond)
    {
        if (bond.Order == BondOrder.Unset) bond.Order = bond is { Begin.Aromatic: true, End.Aromatic: true, Direction: BondDirection.None } ? BondOrder.Aromatic : BondOrder.Single;
        bond.Aromatic = bond.Order == BondOrder.Aromatic;
    }

    private bool Ahead(char next) => at + 1 < text.Length && text[at + 1] == next;

    private SmilesException Bad(string reason, int column) => new(text, column, reason);

    private sealed class RingEnd(Atom atom, BondOrder order, BondDirection direction, int column)
    {
        public Atom Atom => atom;
        public BondOrder Order => order;
        public BondDirection Direction => direction;
        public int Column => column;
        public int Slot { get; set; }
    }
}
