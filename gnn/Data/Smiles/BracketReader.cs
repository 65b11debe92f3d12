namespace GraphTune.Gnn.Data;

/// <summary>Reads one atom in brackets: <c>[isotope symbol chirality hydrogens charge :class]</c>.</summary>
/// <param name="text">The whole SMILES.</param>
/// <param name="at">Where the first sign after the bracket is.</param>
internal struct BracketReader(string text, int at)
{
    private const int MostDigits = 4;

    /// <summary>Reads the atom; its chirality is the mark as written.</summary>
    public Atom Read(int index, out int end)
    {
        var open = at;
        if (text.IndexOf(']', at) < 0) throw new SmilesException(text, open, "a bracket is opened and never closed");
        var isotope = Digits() ?? 0;
        var (number, aromatic) = Symbol();
        var chirality = Mark();
        var hydrogens = Hydrogens();
        var charge = Charge();
        if (Here == ':')
        {
            at++;
            if (Digits() is null) throw Bad("a number is wanted after ':'");
        }
        if (Here != ']') throw Bad($"'{Here}' is not expected in brackets here");
        end = at + 1;
        return new Atom(index, number, bracket: true) { Column = open, Isotope = isotope, Aromatic = aromatic, Chirality = chirality, WrittenHydrogens = hydrogens, Charge = charge };
    }

    private readonly char Here => at < text.Length ? text[at] : '\0';

    private int? Digits()
    {
        var start = at;
        while (char.IsAsciiDigit(Here)) at++;
        if (at == start) return null;
        return at - start <= MostDigits ? int.Parse(text.AsSpan(start, at - start)) : throw Bad($"the number {text[start..at]} is too long");
    }

    private (int Number, bool Aromatic) Symbol()
    {
        var two = at + 1 < text.Length && char.IsAsciiLetterLower(text[at + 1]) ? text.AsSpan(at, 2) : default;
        if (!two.IsEmpty && Elements.Number(two) is > 0 and var number)
        {
            at += 2;
            return (number, false);
        }
        if (two is "se" or "as" or "te" or "si")
        {
            at += 2;
            return (Elements.Number($"{char.ToUpperInvariant(two[0])}{two[1]}"), true);
        }
        if (Here is 'b' or 'c' or 'n' or 'o' or 'p' or 's') return (Elements.Number([char.ToUpperInvariant(text[at++])]), true);
        return Elements.Number(text.AsSpan(at, 1)) is >= 0 and var one ? Taken(one) : throw Bad($"'{Here}' begins no element's symbol");
    }

    private (int Number, bool Aromatic) Taken(int number)
    {
        at++;
        return (number, false);
    }

    private Chirality Mark()
    {
        if (Here != '@') return Chirality.None;
        at++;
        if (Here == '@')
        {
            at++;
            return Chirality.Clockwise;
        }
        if (!(char.IsAsciiLetterUpper(Here) && at + 1 < text.Length && char.IsAsciiLetterUpper(text[at + 1]))) return Chirality.CounterClockwise;
        var kind = text.AsSpan(at, 2);
        at += 2;
        var turn = Digits() ?? throw Bad($"a number is wanted after '@{kind}'");
        return kind is "TH" ? (turn == 2 ? Chirality.Clockwise : Chirality.CounterClockwise)
            : kind is "AL" or "SP" or "TB" or "OH" ? Chirality.Other
            : throw Bad($"'@{kind}' is no chirality; @, @@, TH, AL, SP, TB and OH are");
    }

    private int Hydrogens()
    {
        if (Here != 'H') return 0;
        at++;
        return Digits() ?? 1;
    }

    private int Charge()
    {
        if (Here is not ('+' or '-')) return 0;
        var sign = Here;
        var count = 0;
        while (Here == sign) (at, count) = (at + 1, count + 1);
        if (count == 1 && Digits() is { } many) count = many;
        return sign == '+' ? count : -count;
    }

    private readonly SmilesException Bad(string reason) => new(text, at + 1, reason);
}
