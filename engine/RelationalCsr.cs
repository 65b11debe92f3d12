namespace GraphTune.Engine;

/// <summary>Edges of several kinds between rows and columns: the entries of one row and one relation form a pair, and pairs are sorted by relation, then by row.</summary>
/// <remarks>
/// It takes 8 bytes an entry and 12 a pair, whatever the number of relations times rows. With (relation, row) pairs p, a sum over all kinds of
/// edges is: sum the sources of each pair, multiply by the pair's relation, add to the pair's row.
/// </remarks>
public sealed class RelationalCsr : IDisposable
{
    private RelationalCsr(Csr pairs, Indices row, Indices relationStart, Csr ofRow) => (Pairs, Row, RelationStart, OfRow) = (pairs, row, relationStart, ofRow);

    /// <summary>Row p lists the columns of pair p; its edge ids are positions in the lists given.</summary>
    public Csr Pairs { get; }

    /// <summary>The row of each pair; ascending within a relation.</summary>
    public Indices Row { get; }

    /// <summary>relations + 1 first pairs.</summary>
    public Indices RelationStart { get; }

    /// <summary>Row i lists its pairs, in the order of their relations.</summary>
    public Csr OfRow { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => OfRow.Rows;

    /// <summary>The number of columns.</summary>
    public int Columns => Pairs.Columns;

    /// <summary>The number of relations.</summary>
    public int Relations => RelationStart.Count - 1;

    /// <summary>The number of entries.</summary>
    public int Entries => Pairs.Entries;

    /// <summary>Sorts typed edges; linear in edges, rows, columns and relations.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="relations">The number of relations.</param>
    /// <param name="row">The row of each edge.</param>
    /// <param name="column">The column of each edge.</param>
    /// <param name="relation">The relation of each edge.</param>
    /// <exception cref="ShapeException">The lists differ in length.</exception>
    /// <exception cref="InvalidDataException">A number is out of range.</exception>
    public static RelationalCsr From(Device device, int rows, int columns, int relations, int[] row, int[] column, int[] relation)
    {
        if (relation.Length != row.Length) throw new ShapeException($"typed edges: {row.Length} rows but {relation.Length} relations");
        var byRow = HostCsr.From(rows, columns, row, column).Edge!;
        var order = Array.ConvertAll(HostCsr.Groups(Array.ConvertAll(byRow, e => relation[e]), relations).Column, p => byRow[p]);
        List<int> start = [], rowOf = [];
        var relationStart = new int[relations + 1];
        for (var p = 0; p < order.Length; p++)
        {
            var (e, before) = (order[p], p == 0 ? -1 : order[p - 1]);
            if (before >= 0 && row[e] == row[before] && relation[e] == relation[before]) continue;
            start.Add(p);
            rowOf.Add(row[e]);
            relationStart[relation[e] + 1]++;
        }
        start.Add(order.Length);
        for (var r = 0; r < relations; r++) relationStart[r + 1] += relationStart[r];
        int[] rowOfPair = [.. rowOf];
        var pairs = new HostCsr([.. start], Array.ConvertAll(order, e => column[e]), columns, order);
        return new(pairs.To(device), Indices.From(device, rowOfPair), Indices.From(device, relationStart), HostCsr.Groups(rowOfPair, rows).To(device));
    }

    /// <summary>Returns the arrays to the pool.</summary>
    public void Dispose()
    {
        Pairs.Dispose();
        Row.Dispose();
        RelationStart.Dispose();
        OfRow.Dispose();
    }

    /// <summary>Sizes.</summary>
    public override string ToString() => $"RelationalCsr[{Rows}, {Columns}; {Relations} relations, {Entries} entries]";
}
