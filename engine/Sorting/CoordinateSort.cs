using System.Numerics;

namespace GraphTune.Engine;

/// <summary>Sparse patterns from coordinates: sorting by row and column, by column alone, by group.</summary>
internal static class CoordinateSort
{
    /// <summary>The pattern of coordinates within range; entries point to where they were given.</summary>
    public static HostCsr Csr(int rows, int columns, int[] row, int[] column, Device? host)
    {
        int[] start = new int[rows + 1], sorted = Entries(row.Length), edge = Entries(row.Length);
        if (!Sort(columns, row, column, start, sorted, edge, host))
            for (var i = 0; i < edge.Length; i++) edge[i] = i;
        return new(start, sorted, columns, edge);
    }

    /// <summary>The same into memory that is there: rows + 1 starts, the columns in order, and where each was given. False where they were in order already; edge is not written then.</summary>
    public static bool Sort(int columns, int[] row, int[] column, Memory<int> start, Memory<int> sorted, Memory<int> edge, Device? host)
    {
        if (IsSorted(row, column))
        {
            Starts(row, start.Span);
            column.CopyTo(sorted);
            return false;
        }
        var low = Bits(columns);
        start.Span.Clear();
        start.Span[^1] = row.Length;
        RadixSort.Run(new Coordinates(row, column, low), row.Length, new KeyBits(Bits(start.Length - 1) + low, Whole: low), new IntoCsr(start, sorted, edge, low), host);
        return true;
    }

    /// <summary>Row g lists the positions of the values g.</summary>
    public static HostCsr Groups(int[] group, int groups, Device? host)
    {
        int[] start = Starts(groups, group.Length), position = Entries(group.Length);
        RadixSort.Run(new Coordinates(group, null, 0), group.Length, new KeyBits(Bits(groups)), new IntoCsr(start, default, position, 0), host);
        return new(start, position, group.Length);
    }

    /// <summary>The transpose. Rows ascend as they are read, so keys are sorted by column alone.</summary>
    public static HostCsr Transposed(HostCsr csr, Device? host)
    {
        int[] start = new int[csr.Columns + 1], column = Entries(csr.Entries), edge = Entries(csr.Entries);
        Transpose(csr.RowStart, csr.Column, csr.Edge, start, column, edge, host);
        return new(start, column, csr.Rows, edge);
    }

    /// <summary>The same into memory that is there.</summary>
    public static void Transpose(ReadOnlyMemory<int> rowStart, ReadOnlyMemory<int> column, int[]? edge, Memory<int> start, Memory<int> row, Memory<int> place, Device? host)
    {
        var low = Bits(rowStart.Length - 1);
        start.Span.Clear();
        start.Span[^1] = column.Length;
        RadixSort.Run(new Turned(rowStart, column, edge, low), column.Length, new KeyBits(Bits(start.Length - 1) + low, Ordered: low, Whole: low), new IntoCsr(start, row, place, low), host);
    }

    private static int Bits(int count) => count < 2 ? 0 : 32 - BitOperations.LeadingZeroCount((uint)count - 1);

    private static int[] Entries(int count) => GC.AllocateUninitializedArray<int>(count);

    private static int[] Starts(int rows, int entries)
    {
        var start = new int[rows + 1];
        start[rows] = entries;
        return start;
    }

    private static void Starts(int[] sorted, Span<int> start)
    {
        var row = 0;
        start[0] = 0;
        for (var p = 0; p < sorted.Length; p++)
            while (row < sorted[p]) start[++row] = p;
        while (row < start.Length - 1) start[++row] = sorted.Length;
    }

    private static bool IsSorted(int[] row, int[] column)
    {
        for (var p = 1; p < row.Length; p++)
            if (row[p - 1] > row[p] || (row[p - 1] == row[p] && column[p - 1] > column[p])) return false;
        return true;
    }

    // row·2^low + column, or row alone.
    private readonly struct Coordinates(int[] row, int[]? column, int low) : IKeys
    {
        public void Fill(int first, Span<ulong> keys)
        {
            var rows = row.AsSpan(first, keys.Length);
            if (column is null)
                for (var i = 0; i < rows.Length; i++) keys[i] = (uint)rows[i];
            else
            {
                var columns = column.AsSpan(first, keys.Length);
                for (var i = 0; i < rows.Length; i++) keys[i] = (ulong)rows[i] << low | (uint)columns[i];
            }
        }

        public int Payload(int position) => position;
    }

    // column·2^low + row, row by row.
    private readonly struct Turned(ReadOnlyMemory<int> rowStart, ReadOnlyMemory<int> column, int[]? edge, int low) : IKeys
    {
        public void Fill(int first, Span<ulong> keys)
        {
            if (keys.IsEmpty) return;
            var start = rowStart.Span;
            var columns = column.Span.Slice(first, keys.Length);
            var row = start.BinarySearch(first);
            row = row < 0 ? ~row - 1 : row;   // of several that start here any will do: the walk goes on to the last
            for (var i = 0; i < keys.Length; i++)
            {
                while (start[row + 1] <= first + i) row++;
                keys[i] = (ulong)columns[i] << low | (uint)row;
            }
        }

        public int Payload(int position) => edge is null ? position : edge[position];
    }

    // Columns from the lower bits of keys (or none), places of values from what travels along, row starts from the first key of each row.
    private readonly struct IntoCsr(Memory<int> start, Memory<int> column, Memory<int> edge, int low) : ISink
    {
        public void Take(ulong firstKey, ulong endKey, int first, ReadOnlySpan<ulong> keys, ReadOnlySpan<int> payloads)
        {
            var starts = start.Span;
            int row = (int)(firstKey >> low), end = (int)Math.Min(endKey >> low, (ulong)starts.Length - 1);
            for (var i = 0; i < keys.Length; i++)
                while (row <= (int)(keys[i] >> low)) starts[row++] = first + i;
            while (row < end) starts[row++] = first + keys.Length;
            payloads.CopyTo(edge.Span[first..]);
            if (column.IsEmpty) return;
            var columns = column.Span.Slice(first, keys.Length);
            var mask = (1u << low) - 1;
            for (var i = 0; i < keys.Length; i++) columns[i] = (int)((uint)keys[i] & mask);
        }
    }
}
