using System.Numerics;

namespace GraphTune.Engine;

/// <summary>Sparse patterns from coordinates: sorting by row and column, by column alone, by group.</summary>
internal static class CoordinateSort
{
    /// <summary>The pattern of coordinates within range; entries point to where they were given.</summary>
    public static HostCsr Csr(int rows, int columns, int[] row, int[] column, Device? host)
    {
        if (IsSorted(row, column)) return new(Starts(row, rows), [.. column], columns, Counting(row.Length));
        var low = Bits(columns);
        int[] start = Starts(rows, row.Length), sorted = Entries(row.Length), edge = Entries(row.Length);
        RadixSort.Run(new Coordinates(row, column, low), row.Length, new KeyBits(Bits(rows) + low, Whole: low), new IntoCsr(start, sorted, edge, low), host);
        return new(start, sorted, columns, edge);
    }

    /// <summary>Row g lists the positions of the values g.</summary>
    public static HostCsr Groups(int[] group, int groups, Device? host)
    {
        int[] start = Starts(groups, group.Length), position = Entries(group.Length);
        RadixSort.Run(new Coordinates(group, null, 0), group.Length, new KeyBits(Bits(groups)), new IntoCsr(start, null, position, 0), host);
        return new(start, position, group.Length);
    }

    /// <summary>The transpose. Rows ascend as they are read, so keys are sorted by column alone.</summary>
    public static HostCsr Transposed(HostCsr csr, Device? host)
    {
        var low = Bits(csr.Rows);
        int[] start = Starts(csr.Columns, csr.Entries), column = Entries(csr.Entries), edge = Entries(csr.Entries);
        RadixSort.Run(new Turned(csr, low), csr.Entries, new KeyBits(Bits(csr.Columns) + low, Ordered: low, Whole: low), new IntoCsr(start, column, edge, low), host);
        return new(start, column, csr.Rows, edge);
    }

    private static int Bits(int count) => count < 2 ? 0 : 32 - BitOperations.LeadingZeroCount((uint)count - 1);

    private static int[] Entries(int count) => GC.AllocateUninitializedArray<int>(count);

    private static int[] Counting(int count)
    {
        var values = Entries(count);
        for (var i = 0; i < count; i++) values[i] = i;
        return values;
    }

    private static int[] Starts(int rows, int entries)
    {
        var start = new int[rows + 1];
        start[rows] = entries;
        return start;
    }

    private static int[] Starts(int[] sorted, int rows)
    {
        var start = new int[rows + 1];
        var row = 0;
        for (var p = 0; p < sorted.Length; p++)
            while (row < sorted[p]) start[++row] = p;
        while (row < rows) start[++row] = sorted.Length;
        return start;
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
    private readonly struct Turned(HostCsr csr, int low) : IKeys
    {
        public void Fill(int first, Span<ulong> keys)
        {
            if (keys.IsEmpty) return;
            var row = Array.BinarySearch(csr.RowStart, first);
            row = row < 0 ? ~row - 1 : row;   // of several that start here any will do: the walk goes on to the last
            for (var i = 0; i < keys.Length; i++)
            {
                while (csr.RowStart[row + 1] <= first + i) row++;
                keys[i] = (ulong)csr.Column[first + i] << low | (uint)row;
            }
        }

        public int Payload(int position) => csr.Edge is null ? position : csr.Edge[position];
    }

    // Columns from the lower bits of keys (or none), places of values from what travels along, row starts from the first key of each row.
    private readonly struct IntoCsr(int[] start, int[]? column, int[] edge, int low) : ISink
    {
        public void Take(ulong firstKey, ulong endKey, int first, ReadOnlySpan<ulong> keys, ReadOnlySpan<int> payloads)
        {
            int row = (int)(firstKey >> low), end = (int)Math.Min(endKey >> low, (ulong)start.Length - 1);
            var mask = (1u << low) - 1;
            for (var i = 0; i < keys.Length; i++)
            {
                while (row <= (int)(keys[i] >> low)) start[row++] = first + i;
                if (column is not null) column[first + i] = (int)((uint)keys[i] & mask);
                edge[first + i] = payloads[i];
            }
            while (row < end) start[row++] = first + keys.Length;
        }
    }
}
