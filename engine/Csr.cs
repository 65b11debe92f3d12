namespace GraphTune.Engine;

/// <summary>A sparse matrix pattern: row r owns entries RowStart[r] up to RowStart[r + 1] of Column.</summary>
public sealed class Csr : IDisposable
{
    private readonly Lazy<int> longest;
    private readonly Lazy<bool> diagonal;

    /// <summary>Takes ownership of the arrays.</summary>
    /// <param name="rowStart">rows + 1 ascending entry positions, from 0 to the number of entries.</param>
    /// <param name="column">The column of each entry, 0 to <paramref name="columns"/> − 1.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="edge">Where an entry's own values lie (weights, attention); null when entry p uses value p.</param>
    /// <param name="longestRow">The most entries of a row; null to read it back from the device when it is asked for.</param>
    /// <exception cref="ShapeException">The arrays do not fit together.</exception>
    public Csr(Indices rowStart, Indices column, int columns, Indices? edge = null, int? longestRow = null)
    {
        if (rowStart.Count < 1) throw new ShapeException("Csr: rowStart needs rows + 1 entries, at least one");
        if (edge is not null && edge.Count != column.Count) throw new ShapeException($"Csr: {column.Count} columns but {edge.Count} edge ids");
        (RowStart, Column, Columns, Edge) = (rowStart, column, columns, edge);
        longest = longestRow is { } known ? new(known) : new(() => LongestOf(OnHost(RowStart)));
        diagonal = new(() => IsDiagonalIn(OnHost(RowStart), OnHost(Column)));
    }

    /// <summary>rows + 1 entry positions.</summary>
    public Indices RowStart { get; }

    /// <summary>The column of each entry.</summary>
    public Indices Column { get; }

    /// <summary>The value each entry uses; null when entry p uses value p.</summary>
    public Indices? Edge { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => RowStart.Count - 1;

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of stored entries.</summary>
    public int Entries => Column.Count;

    /// <summary>The most entries of a row: rows that are too long for one thread are cut. Found once, in time linear in the rows.</summary>
    public int LongestRow => longest.Value;

    /// <summary>Whether some row has an entry in the column of its own number: a loop of a graph. Found once, in time linear in the entries.</summary>
    public bool HasDiagonal => diagonal.Value;

    /// <summary>The device the arrays live on.</summary>
    public Device Device => RowStart.Device;

    /// <summary>This pattern if it is on that device already; else a copy there, which knows its longest row, and this one goes back to its pool.</summary>
    public Csr MovedTo(Device device) => device == Device ? this : MovedTo(device, LongestRow);

    // The longest row is asked for first: afterwards the row starts are gone.
    private Csr MovedTo(Device device, int longest) => new(RowStart.MovedTo(device), Column.MovedTo(device), Columns, Edge?.MovedTo(device), longest);

    internal static int LongestOf(ReadOnlySpan<int> rowStart)
    {
        var longest = 0;
        for (var row = 1; row < rowStart.Length; row++) longest = Math.Max(longest, rowStart[row] - rowStart[row - 1]);
        return longest;
    }

    private static ReadOnlySpan<int> OnHost(Indices of) => of.Device is CpuDevice ? of.Span : of.ToArray();

    private static bool IsDiagonalIn(ReadOnlySpan<int> rowStart, ReadOnlySpan<int> column)
    {
        for (var row = 0; row < rowStart.Length - 1; row++)
            if (column[rowStart[row]..rowStart[row + 1]].Contains(row)) return true;
        return false;
    }

    /// <summary>Returns the arrays to the pool.</summary>
    public void Dispose()
    {
        RowStart.Dispose();
        Column.Dispose();
        Edge?.Dispose();
    }

    /// <summary>Rows, columns and entries.</summary>
    public override string ToString() => $"Csr[{Rows}, {Columns}; {Entries} entries]";
}
