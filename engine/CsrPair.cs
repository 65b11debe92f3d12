using System.Buffers;

namespace GraphTune.Engine;

/// <summary>A pattern and its transpose, made where they will stay: on the host there is no copy of either.</summary>
public static class CsrPair
{
    /// <summary>Sorts coordinates by row, then by column; equal ones stay in the order given.</summary>
    /// <param name="device">Where the patterns will be used. Its host threads sort.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="row">The row of each entry.</param>
    /// <param name="column">The column of each entry.</param>
    /// <returns>The pattern, without edge ids; its transpose, whose edge ids point into it; and the given position of each entry, null where all were in order.</returns>
    /// <exception cref="ShapeException">The lists differ in length.</exception>
    /// <exception cref="InvalidDataException">An index is out of range.</exception>
    /// <remarks>Time linear in entries, rows and columns; 12 bytes an entry of scratch where a list is not in order.</remarks>
    public static (Csr Pattern, Csr Transposed, int[]? Order) From(Device device, int rows, int columns, int[] row, int[] column)
    {
        HostCsr.Check(rows, columns, row, column);
        var host = device.Host;
        Indices start = new(host, rows + 1), sorted = new(host, row.Length), transposedStart = new(host, columns + 1), transposedColumn = new(host, row.Length), edge = new(host, row.Length);
        var given = edge.Memory();   // the transpose's edge ids take its place
        var order = CoordinateSort.Sort(columns, row, column, start.Memory(), sorted.Memory(), given, device) ? given.ToArray() : null;
        CoordinateSort.Transpose(start.Memory(), sorted.Memory(), null, transposedStart.Memory(), transposedColumn.Memory(), edge.Memory(), device);
        return (new Csr(start, sorted, columns).MovedTo(device), new Csr(transposedStart, transposedColumn, rows, edge).MovedTo(device), order);
    }

    private static Memory<int> Memory(this Indices of) => new HostIndices(of).Memory;

    // Spans cannot be kept in the structs that sort.
    private sealed class HostIndices(Indices of) : MemoryManager<int>
    {
        public override Span<int> GetSpan() => of.Span;

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("memory outside the collector's sight is not pinned");

        public override void Unpin() { }

        protected override void Dispose(bool disposing) { }
    }
}
