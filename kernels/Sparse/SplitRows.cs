using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>A loop over the rows of a pattern that can do a run of one row's entries at a time, and join the results.</summary>
/// <remarks><see cref="IRowLoop.Rows"/> leaves out the rows that <see cref="SplitRows.IsLong(int, int)"/> names.</remarks>
internal interface ISplitRow : IRowLoop
{
    /// <summary>Numbers that a part leaves.</summary>
    int PartWidth { get; }

    /// <summary>Does the entries from <paramref name="first"/> to <paramref name="end"/> of a row.</summary>
    void Part(int row, int first, int end, Span<float> part);

    /// <summary>Makes the row's result of its parts, one after another.</summary>
    void Join(int row, Tensor parts);
}

/// <summary>Rows of very many entries, hubs, shared by all threads: cut where their length says, and joined in order, so that bits do not depend on the threads.</summary>
internal static class SplitRows
{
    /// <summary>The most entries that one thread does in one go.</summary>
    public const int Longest = 16_384;

    /// <summary>Whether a row is cut.</summary>
    public static bool IsLong(ReadOnlySpan<int> start, int row) => IsLong(start[row], start[row + 1]);

    /// <summary>Whether a row of the entries from <paramref name="first"/> to <paramref name="end"/> is cut.</summary>
    public static bool IsLong(int first, int end) => end - first > Longest;

    /// <summary>Does all rows.</summary>
    public static void ForSplitRows<T>(this CpuDevice cpu, Csr a, T loop, int grain = 4096) where T : struct, ISplitRow
    {
        cpu.ForRows(a, loop, grain);
        cpu.ForLongRows(a, loop);
    }

    /// <summary>Does the rows that are cut.</summary>
    public static void ForLongRows<T>(this CpuDevice cpu, Csr a, T loop) where T : struct, ISplitRow
    {
        if (a.Entries <= Longest || a.LongestRow <= Longest) return;
        ReadOnlySpan<int> start = a.RowStart.Span;
        for (var row = 0; row < a.Rows; row++)
            if (IsLong(start, row)) InParts(cpu, a, loop, row);
    }

    private static void InParts<T>(CpuDevice cpu, Csr a, T loop, int row) where T : struct, ISplitRow
    {
        int first = a.RowStart.Span[row], end = a.RowStart.Span[row + 1];
        using var parts = new Tensor(cpu, new Shape((end - first - 1) / Longest + 1, Math.Max(1, loop.PartWidth)));
        cpu.ForRows(parts.Shape[0], new Parts<T>(loop, row, first, end, parts), grain: 1);
        loop.Join(row, parts);
    }

    /// <summary>The sum of parts, for loops whose parts are sums: y = factor · Σ of their numbers from <paramref name="from"/> on, or added. The first part becomes the sum.</summary>
    public static void AddUp(Tensor parts, int from, Span<float> y, float factor, bool add)
    {
        var sum = parts.Row(0).Slice(from, y.Length);
        for (var i = 1; i < parts.Shape[0]; i++) Lanes.Add(parts.Row(i).Slice(from, y.Length), sum);
        for (var j = 0; j < y.Length; j++) y[j] = (add ? y[j] : 0f) + factor * sum[j];
    }

    private readonly record struct Parts<T>(T Loop, int Row, int First, int End, Tensor Into) : IRowLoop where T : struct, ISplitRow
    {
        public void Rows(int first, int end)
        {
            for (var part = first; part < end; part++)
                Loop.Part(Row, First + part * Longest, Math.Min(End, First + (part + 1) * Longest), Into.Row(part));
        }
    }
}
