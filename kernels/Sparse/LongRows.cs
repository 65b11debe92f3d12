using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>How GPU twins share out a row that is too long for one thread: its entries are cut at fixed places and the parts merged in their order, or a group takes it.</summary>
/// <remarks>
/// The cuts are the multiples of <see cref="Part"/> among all entries, so whoever has a part finds its row by bisection and no list of
/// long rows is needed. A row's first entries, up to the first cut within it, stay with the thread that merges. The bits depend on the pattern alone.
/// </remarks>
internal static class LongRows
{
    /// <summary>Entries between two cuts.</summary>
    public const int Part = 256;

    /// <summary>The most entries that one thread takes in a row of its own.</summary>
    public const int Longest = 2 * Part;

    /// <summary>Whether a pattern has a row to cut.</summary>
    public static bool In(Csr a) => a.LongestRow > Longest;

    /// <summary>How many parts all entries make.</summary>
    public static int Parts(Csr a) => (a.Entries - 1) / Part + 1;

    /// <summary>Where the parts of a row begin: after its last entry unless it is cut.</summary>
    public static int FirstCut(int first, int end) => end - first <= Longest ? end : (first + Part - 1) / Part * Part;

    /// <summary>The row that a group of threads has to itself: the long one whose first cut is where the part begins; else no entries.</summary>
    public static (int First, int End) Whole(int part, ArrayView<int> start)
    {
        var row = Bisect.RowOf(part * Part, start);
        int first = start[row], end = start[row + 1];
        return end - first > Longest && FirstCut(first, end) == part * Part ? (first, end) : (0, 0);
    }

    /// <summary>The end of a part's entries; 0 where it begins in a row that is not cut.</summary>
    public static int EndOf(int part, ArrayView<int> start)
    {
        var first = part * Part;
        int row = Bisect.RowOf(first, start), end = start[row + 1];
        return end - start[row] <= Longest ? 0 : first + Part < end ? first + Part : end;
    }
}
