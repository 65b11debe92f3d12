using ILGPU;

namespace GraphTune.Kernels;

/// <summary>Which row an entry belongs to, for loops over entries rather than rows.</summary>
internal static class Bisect
{
    /// <summary>The row r with start[r] ≤ entry &lt; start[r + 1].</summary>
    public static int RowOf(int entry, ArrayView<int> start)
    {
        int low = 0, high = start.IntLength - 1;
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (start[middle] <= entry) low = middle; else high = middle;
        }
        return low;
    }

    /// <inheritdoc cref="RowOf(int, ArrayView{int})"/>
    public static int RowOf(int entry, ReadOnlySpan<int> start)
    {
        int low = 0, high = start.Length - 1;
        while (high - low > 1)
        {
            var middle = (low + high) >>> 1;
            if (start[middle] <= entry) low = middle; else high = middle;
        }
        return low;
    }
}
