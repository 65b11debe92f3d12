using System.Runtime.Intrinsics;

namespace GraphTune.Engine;

/// <summary>The arrays of a <see cref="Csr"/> on the host, where patterns are built.</summary>
/// <param name="RowStart">rows + 1 ascending entry positions, from 0 to the number of entries.</param>
/// <param name="Column">The column of each entry, 0 to <paramref name="Columns"/> − 1.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="Edge">Where an entry's own values lie; null when entry p uses value p.</param>
/// <remarks>Every member takes time linear in entries, rows and columns. Sorting is host work on any device: patterns are built there, once.</remarks>
public sealed record HostCsr(int[] RowStart, int[] Column, int Columns, int[]? Edge = null)
{
    /// <summary>The number of rows.</summary>
    public int Rows => RowStart.Length - 1;

    /// <summary>The number of entries.</summary>
    public int Entries => Column.Length;

    /// <summary>Sorts coordinates by row, then by column; equal ones stay in the order given.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="row">The row of each entry.</param>
    /// <param name="column">The column of each entry.</param>
    /// <param name="host">The device whose host threads sort; null for the calling thread alone. The result is the same.</param>
    /// <returns>A pattern whose <see cref="Edge"/> holds the given position of each entry.</returns>
    /// <exception cref="ShapeException">The lists differ in length.</exception>
    /// <exception cref="InvalidDataException">An index is out of range.</exception>
    public static HostCsr From(int rows, int columns, int[] row, int[] column, Device? host = null)
    {
        Check(rows, columns, row, column);
        return CoordinateSort.Csr(rows, columns, row, column, host);
    }

    /// <summary>Groups the positions of a list by value: row g lists, in ascending order, the positions p with <c>group[p] = g</c>.</summary>
    /// <param name="group">The group of each position.</param>
    /// <param name="groups">The number of groups.</param>
    /// <param name="host">The device whose host threads sort; null for the calling thread alone.</param>
    /// <exception cref="InvalidDataException">A group is out of range.</exception>
    public static HostCsr Groups(int[] group, int groups, Device? host = null)
    {
        CheckRange(group, groups, "group");
        return CoordinateSort.Groups(group, groups, host);
    }

    /// <summary>The same entries by column; each keeps the place of its values, and rows come in ascending order.</summary>
    /// <param name="host">The device whose host threads sort; null for the calling thread alone.</param>
    public HostCsr Transposed(Device? host = null) => CoordinateSort.Transposed(this, host);

    /// <summary>Neighbouring entries of equal row and column become one.</summary>
    /// <returns>The merged pattern, whose entries are those of the second; row k of the second lists the places of the values of the entries that became entry k.</returns>
    /// <remarks>Rows must be sorted by column, as <see cref="From"/> leaves them. The second pattern shares this one's <see cref="Edge"/>.</remarks>
    public (HostCsr Merged, HostCsr Origin) Coalesced()
    {
        int[] start = new int[Rows + 1], column = GC.AllocateUninitializedArray<int>(Entries), origin = GC.AllocateUninitializedArray<int>(Entries + 1);
        var count = 0;
        for (var row = 0; row < Rows; row++)
        {
            for (var p = RowStart[row]; p < RowStart[row + 1]; p++)
            {
                if (p > RowStart[row] && Column[p] == Column[p - 1]) continue;
                (column[count], origin[count++]) = (Column[p], p);
            }
            start[row + 1] = count;
        }
        origin[count] = Entries;
        return (new(start, column[..count], Columns), new(origin[..(count + 1)], Edge ?? [.. Enumerable.Range(0, Entries)], Entries));
    }

    /// <summary>The rows in another order: row k is what row <c>order[k]</c> was.</summary>
    public HostCsr Permuted(int[] order)
    {
        var start = new int[order.Length + 1];
        for (var k = 0; k < order.Length; k++) start[k + 1] = start[k] + RowStart[order[k] + 1] - RowStart[order[k]];
        int[] column = new int[start[^1]], edge = new int[start[^1]];
        for (var k = 0; k < order.Length; k++)
            for (var p = 0; p < start[k + 1] - start[k]; p++) (column[start[k] + p], edge[start[k] + p]) = (Column[RowStart[order[k]] + p], Edge?[RowStart[order[k]] + p] ?? 0);
        return new(start, column, Columns, Edge is null ? null : edge);
    }

    /// <summary>The row of each entry.</summary>
    public int[] RowOfEntries()
    {
        var row = GC.AllocateUninitializedArray<int>(Entries);
        for (var i = 0; i < Rows; i++) Array.Fill(row, i, RowStart[i], RowStart[i + 1] - RowStart[i]);
        return row;
    }

    /// <summary>The number of entries of each row, as a tensor.</summary>
    public Tensor RowCounts(Device device) => PerRow(device, count => count);

    /// <summary>The number of entries of each column, as a tensor.</summary>
    public Tensor ColumnCounts(Device device)
    {
        var counts = new int[Columns];
        foreach (var c in Column) counts[c]++;
        return Tensor.From(device, new Shape(Columns), Array.ConvertAll(counts, n => (float)n));
    }

    /// <summary>1 / the number of entries of each row, 0 for an empty one, as a tensor: what turns sums into means.</summary>
    public Tensor InverseRowCounts(Device device) => PerRow(device, count => count == 0 ? 0f : 1f / count);

    /// <summary>Copies the arrays to a device.</summary>
    public Csr To(Device device) => new(Indices.From(device, RowStart), Indices.From(device, Column), Columns, Edge is null ? null : Indices.From(device, Edge), Csr.LongestOf(RowStart));

    private Tensor PerRow(Device device, Func<int, float> value)
    {
        var values = new float[Rows];
        for (var row = 0; row < Rows; row++) values[row] = value(RowStart[row + 1] - RowStart[row]);
        return Tensor.From(device, new Shape(Rows), values);
    }

    internal static void Check(int rows, int columns, int[] row, int[] column)
    {
        if (row.Length != column.Length) throw new ShapeException($"coordinates: {row.Length} rows but {column.Length} columns");
        CheckRange(row, rows, "row");
        CheckRange(column, columns, "column");
    }

    private static void CheckRange(int[] values, int count, string what)
    {
        if (LargestUnsigned(values) < (uint)count) return;
        for (var p = 0; p < values.Length; p++)
            if ((uint)values[p] >= (uint)count) throw new InvalidDataException($"entry {p}: {what} {values[p]} is not between 0 and {count - 1}");
    }

    // As unsigned numbers, negative ones are the largest.
    private static uint LargestUnsigned(int[] values)
    {
        var lanes = Vector256<uint>.Zero;
        var p = 0;
        for (; p <= values.Length - Vector256<int>.Count; p += Vector256<int>.Count) lanes = Vector256.Max(lanes, Vector256.Create(values, p).AsUInt32());
        var largest = 0u;
        for (var lane = 0; lane < Vector256<uint>.Count; lane++) largest = Math.Max(largest, lanes[lane]);
        for (; p < values.Length; p++) largest = Math.Max(largest, (uint)values[p]);
        return largest;
    }
}
