namespace GraphTune.Engine;

/// <summary>The arrays of a <see cref="Csr"/> on the host, where patterns are built.</summary>
/// <param name="RowStart">rows + 1 ascending entry positions, from 0 to the number of entries.</param>
/// <param name="Column">The column of each entry, 0 to <paramref name="Columns"/> − 1.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="Edge">Where an entry's own values lie; null when entry p uses value p.</param>
/// <remarks>Every member takes time linear in entries, rows and columns.</remarks>
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
    /// <returns>A pattern whose <see cref="Edge"/> holds the given position of each entry.</returns>
    /// <exception cref="ShapeException">The lists differ in length.</exception>
    /// <exception cref="InvalidDataException">An index is out of range.</exception>
    public static HostCsr From(int rows, int columns, int[] row, int[] column)
    {
        if (row.Length != column.Length) throw new ShapeException($"coordinates: {row.Length} rows but {column.Length} columns");
        int[] start = Starts(row, rows, "row"), next = [.. start], edge = new int[row.Length];
        foreach (var p in ByValue(column, columns)) edge[next[row[p]]++] = p;
        return new(start, Array.ConvertAll(edge, p => column[p]), columns, edge);
    }

    /// <summary>Groups the positions of a list by value: row g lists, in ascending order, the positions p with <c>group[p] = g</c>.</summary>
    /// <param name="group">The group of each position.</param>
    /// <param name="groups">The number of groups.</param>
    /// <exception cref="InvalidDataException">A group is out of range.</exception>
    public static HostCsr Groups(int[] group, int groups) => new(Starts(group, groups, "group"), ByValue(group, groups), group.Length);

    /// <summary>The same entries by column; each keeps the place of its values, and rows come in ascending order.</summary>
    public HostCsr Transposed()
    {
        int[] start = Starts(Column, Columns, "column"), next = [.. start], column = new int[Entries], edge = new int[Entries];
        for (var row = 0; row < Rows; row++)
            for (var p = RowStart[row]; p < RowStart[row + 1]; p++)
            {
                var at = next[Column[p]]++;
                (column[at], edge[at]) = (row, Edge is null ? p : Edge[p]);
            }
        return new(start, column, Rows, edge);
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

    /// <summary>The number of entries of each row, as a tensor.</summary>
    public Tensor RowCounts(Device device) => PerRow(device, count => count);

    /// <summary>1 / the number of entries of each row, 0 for an empty one, as a tensor: what turns sums into means.</summary>
    public Tensor InverseRowCounts(Device device) => PerRow(device, count => count == 0 ? 0f : 1f / count);

    /// <summary>Copies the arrays to a device.</summary>
    public Csr To(Device device) => new(Indices.From(device, RowStart), Indices.From(device, Column), Columns, Edge is null ? null : Indices.From(device, Edge));

    private Tensor PerRow(Device device, Func<int, float> value)
    {
        var values = new float[Rows];
        for (var row = 0; row < Rows; row++) values[row] = value(RowStart[row + 1] - RowStart[row]);
        return Tensor.From(device, new Shape(Rows), values);
    }

    private static int[] ByValue(int[] values, int count)
    {
        int[] next = Starts(values, count, "column"), order = new int[values.Length];
        for (var p = 0; p < values.Length; p++) order[next[values[p]]++] = p;
        return order;
    }

    private static int[] Starts(int[] values, int count, string what)
    {
        var start = new int[count + 1];
        for (var p = 0; p < values.Length; p++)
        {
            if ((uint)values[p] >= (uint)count) throw new InvalidDataException($"entry {p}: {what} {values[p]} is not between 0 and {count - 1}");
            start[values[p] + 1]++;
        }
        for (var i = 0; i < count; i++) start[i + 1] += start[i];
        return start;
    }
}
