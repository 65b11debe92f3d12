namespace GraphTune.Gnn.Data;

/// <summary>What SMILES needs to know of the elements: symbols, usual valences, outer electrons.</summary>
internal static class Elements
{
    /// <summary>Valence lists say this where any valence goes.</summary>
    public const int AnyValence = -1;

    private const int Lanthanum = 57, Actinium = 89;

    // Rows of the periodic table from element 1 on; index 0 is the wildcard.
    private static readonly string[] Symbols = (
        "* H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr " +
        "Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn " +
        "Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og").Split(' ');

    private static readonly Dictionary<string, int> Numbers = Symbols.Select((symbol, number) => (symbol, number)).ToDictionary(pair => pair.symbol, pair => pair.number);

    private static readonly int[][] Valence = [.. Enumerable.Range(0, Symbols.Length).Select(ValencesOf)];

    private static readonly int[] Outer = [.. Enumerable.Range(0, Symbols.Length).Select(OuterOf)];

    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> BySymbol = Numbers.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The atomic number of a symbol; -1 where there is none.</summary>
    public static int Number(ReadOnlySpan<char> symbol) => BySymbol.TryGetValue(symbol, out var number) ? number : -1;

    /// <summary>The symbol of an atomic number; * for 0.</summary>
    public static string Symbol(int number) => Symbols[number];

    /// <summary>The valences an uncharged atom may have, rising; the first is the usual one.</summary>
    public static ReadOnlySpan<int> Valences(int number) => Valence[number];

    /// <summary>The usual valence; <see cref="AnyValence"/> where there is none.</summary>
    public static int UsualValence(int number) => number < 0 ? AnyValence : Valence[Math.Min(number, Valence.Length - 1)][0];

    /// <summary>Electrons in the outer shell.</summary>
    public static int OuterElectrons(int number) => Outer[number];

    /// <summary>Whether the first element draws electrons from the second.</summary>
    public static bool MoreElectronegative(int first, int second) =>
        Outer[first] != Outer[second] ? Outer[first] > Outer[second] : first < second;

    private static int[] ValencesOf(int number) => number switch
    {
        2 or 10 or 18 or 36 or 86 => [0],
        1 or 3 or 9 or 11 or 17 or 19 or 35 or 37 or 55 or 87 => number is 3 or 11 or 19 ? [1, AnyValence] : [1],
        4 or 12 or 20 or 38 or 56 or 88 => number is 12 or 20 ? [2, AnyValence] : [2],
        5 or 31 or 49 => [3],
        13 => [3, 6],
        6 or 32 => [4],
        14 => [4, 6],
        7 => [3],
        8 => [2],
        15 or 33 or 51 or 83 => [3, 5, 7],
        16 or 34 or 52 or 84 => [2, 4, 6],
        50 or 82 => [2, 4],
        53 or 85 => [1, 3, 5],
        54 => [0, 2, 4, 6],
        _ => [AnyValence],
    };

    private static int OuterOf(int number)
    {
        if (number == 0) return 0;
        if (number <= 2) return number;
        int[] nobles = [2, 10, 18, 36, 54, 86, 118];
        var row = Array.FindIndex(nobles, noble => number <= noble);
        var place = number - nobles[row - 1];
        var length = nobles[row] - nobles[row - 1];
        if (length == 8) return place;
        if (length == 32 && place > 2) place = number is >= Lanthanum and < Lanthanum + 15 or >= Actinium and < Actinium + 15 ? Math.Min(place, 3) : place - 14;
        return place > 12 ? place - 10 : place;
    }
}
