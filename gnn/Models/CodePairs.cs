namespace GraphTune.Gnn.Models;

/// <summary>Pairs of codes, such as an atom's number and chirality, as kinds: which kind each row is, and the codes of each kind.</summary>
/// <param name="Kind">The kind of each row.</param>
/// <param name="First">The first code of each kind.</param>
/// <param name="Second">The second code of each kind.</param>
/// <remarks>A batch of molecules has some twenty kinds of atoms and ten of bonds, so what depends on codes alone is computed for those.</remarks>
internal sealed record CodePairs(int[] Kind, int[] First, int[] Second)
{
    /// <summary>The number of kinds.</summary>
    public int Count => First.Length;

    /// <summary>The kinds of code[n,2], in the order of their first row.</summary>
    /// <param name="codes">Row-major codes from 0.</param>
    public static CodePairs Of(ReadOnlySpan<int> codes)
    {
        var kind = new int[codes.Length / 2];
        var kinds = new Dictionary<(int, int), int>();
        for (var row = 0; row < kind.Length; row++)
        {
            var pair = (codes[2 * row], codes[2 * row + 1]);
            if (!kinds.TryGetValue(pair, out kind[row])) kinds[pair] = kind[row] = kinds.Count;
        }
        return new(kind, [.. kinds.Keys.Select(pair => pair.Item1)], [.. kinds.Keys.Select(pair => pair.Item2)]);
    }
}
