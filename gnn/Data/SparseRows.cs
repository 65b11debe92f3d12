namespace GraphTune.Gnn.Data;

/// <summary>A sparse matrix in compressed rows on the host: row r holds <c>Value[k]</c> at column <c>Column[k]</c> for k from <c>RowStart[r]</c> to <c>RowStart[r + 1] - 1</c>.</summary>
/// <param name="RowStart">Where each row starts; one longer than there are rows, from 0 up to the number of entries.</param>
/// <param name="Column">The column of each entry.</param>
/// <param name="Value">The value of each entry.</param>
public sealed record SparseRows(int[] RowStart, int[] Column, float[] Value)
{
    /// <summary>Number of rows.</summary>
    public int Rows => RowStart.Length - 1;

    /// <summary>Number of stored entries.</summary>
    public int Count => Column.Length;

    /// <summary>Stops, with one line, unless the three arrays describe a matrix of this shape.</summary>
    /// <param name="place">What is being read, for the message: a file and a name in it.</param>
    /// <param name="rows">Rows wanted.</param>
    /// <param name="columns">Columns wanted.</param>
    /// <returns>This matrix.</returns>
    /// <exception cref="InvalidDataException">The row starts are not monotone, a length does not fit, or a column is out of range.</exception>
    public SparseRows Checked(string place, long rows, long columns)
    {
        if (RowStart.Length - 1L != rows) throw new InvalidDataException($"{place}: {rows} rows need {rows + 1} row starts (indptr), found {RowStart.Length}.");
        if (Column.Length != Value.Length) throw new InvalidDataException($"{place}: {Column.Length} columns (indices) but {Value.Length} values (data).");
        if (RowStart[0] != 0) throw new InvalidDataException($"{place}: the row starts (indptr) begin at {RowStart[0]}, not at 0.");
        for (var row = 0; row < Rows; row++)
        {
            if (RowStart[row + 1] < RowStart[row])
                throw new InvalidDataException($"{place}: the row starts (indptr) fall from {RowStart[row]} to {RowStart[row + 1]} after row {row}.");
        }
        if (RowStart[Rows] != Count) throw new InvalidDataException($"{place}: the row starts (indptr) end at {RowStart[Rows]}, but there are {Count} entries.");
        var outside = Array.FindIndex(Column, column => column < 0 || column >= columns);
        if (outside >= 0) throw new InvalidDataException($"{place}: index {Column[outside]} at entry {outside} is out of range; columns run from 0 to {columns - 1}.");
        return this;
    }

    /// <summary>These rows, in this order.</summary>
    /// <param name="rows">Row ids; -1 gives an empty row.</param>
    /// <returns>A new matrix with <c>rows.Length</c> rows.</returns>
    public SparseRows TakeRows(int[] rows)
    {
        var start = new int[rows.Length + 1];
        for (var i = 0; i < rows.Length; i++) start[i + 1] = start[i] + Length(rows[i]);
        var column = new int[start[^1]];
        var value = new float[start[^1]];
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] < 0) continue;
            Array.Copy(Column, RowStart[rows[i]], column, start[i], Length(rows[i]));
            Array.Copy(Value, RowStart[rows[i]], value, start[i], Length(rows[i]));
        }
        return new(start, column, value);
    }

    private int Length(int row) => row < 0 ? 0 : RowStart[row + 1] - RowStart[row];
}
