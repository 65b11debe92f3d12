using System.Globalization;

namespace GraphTune.Gnn.Data;

/// <summary>How numpy says that one item of an array is stored: <c>&lt;f4</c> is a little-endian float of four bytes.</summary>
/// <param name="Kind">f float, i signed, u unsigned, b truth value, U text in UTF-32, S text in Latin-1.</param>
/// <param name="Size">Bytes of one item.</param>
/// <param name="BigEndian">Whether the first byte is the highest.</param>
internal readonly record struct NumpyType(char Kind, int Size, bool BigEndian)
{
    private const int LongestText = 1 << 20;

    public bool IsText => Kind is 'U' or 'S';

    /// <summary>Bytes that are swapped together: a number, or one letter of a text.</summary>
    public int Unit => Kind switch { 'U' => 4, 'S' => 1, _ => Size };

    public static NumpyType Parse(string text, string place)
    {
        var order = text.Length > 0 && text[0] is '<' or '>' or '|' or '=' ? text[0] : '<';
        var rest = text.TrimStart('<', '>', '|', '=');
        if (rest is "b" or "?") rest = "b1";
        if (rest.StartsWith('O')) throw new InvalidDataException($"{place}: an array of Python objects is refused; save it as numbers or text.");
        var known = rest.Length > 1
            && int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            && (rest[0], size) is ('f', 2 or 4 or 8) or ('i' or 'u', 1 or 2 or 4 or 8) or ('b', 1) or ('U' or 'S', >= 0 and <= LongestText);
        if (!known) throw new InvalidDataException($"{place}: numpy type '{text}' is not read; numbers of f2 f4 f8 i1–i8 u1–u8, b1 and text U, S are.");
        var count = int.Parse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture);
        return new(rest[0], rest[0] == 'U' ? 4 * count : count, order == '>');
    }
}
