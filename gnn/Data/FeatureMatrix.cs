namespace GraphTune.Gnn.Data;

/// <summary>Node features x[n,f] on the host, kept dense or as sparse rows, whichever the file gave.</summary>
/// <remarks>Bag-of-words features are about 1 % full (Cora 1.3 %), so keeping them sparse saves most of a first layer's work.</remarks>
public sealed class FeatureMatrix
{
    /// <summary>Wraps dense features; the array is not copied.</summary>
    /// <param name="rows">Nodes, n.</param>
    /// <param name="columns">Features, f.</param>
    /// <param name="values">Row-major x[n,f].</param>
    /// <exception cref="InvalidDataException">The array does not hold n × f numbers.</exception>
    public FeatureMatrix(int rows, int columns, float[] values)
    {
        if ((long)rows * columns != values.Length) throw new InvalidDataException($"Features [{rows}, {columns}] need {(long)rows * columns} numbers, found {values.Length}.");
        (Rows, Columns, Dense) = (rows, columns, values);
    }

    /// <summary>Wraps sparse features; the arrays are not copied.</summary>
    /// <param name="columns">Features, f.</param>
    /// <param name="rows">The entries of each node.</param>
    /// <exception cref="InvalidDataException">The rows are not well formed, or a column is out of range.</exception>
    public FeatureMatrix(int columns, SparseRows rows) =>
        (Rows, Columns, Sparse) = (rows.Rows, columns, rows.Checked("Features", rows.Rows, columns));

    /// <summary>Nodes, n.</summary>
    public int Rows { get; }

    /// <summary>Features, f.</summary>
    public int Columns { get; }

    /// <summary>The row-major numbers where the features are dense; otherwise null.</summary>
    public float[]? Dense { get; }

    /// <summary>The entries where the features are sparse; otherwise null.</summary>
    public SparseRows? Sparse { get; }

    /// <summary>Share of numbers that are not zero, 0 to 1.</summary>
    public double Density => (long)Rows * Columns is > 0 and var all ? Values.Count(value => value != 0) / (double)all : 0;

    /// <summary>The stored numbers: all of them where dense, the entries where sparse.</summary>
    internal float[] Values => Dense ?? Sparse!.Value;

    /// <summary>The features as a row-major array x[n,f].</summary>
    /// <returns>A new array; entries stored twice are added.</returns>
    /// <exception cref="InvalidDataException">n × f is more than an array holds.</exception>
    public float[] ToDense()
    {
        if (Sparse is not { } rows) return (float[])Dense!.Clone();
        if ((long)Rows * Columns > Array.MaxLength) throw new InvalidDataException($"Features [{Rows}, {Columns}] are too many for a dense array; keep them sparse.");
        var dense = new float[Rows * Columns];
        for (var row = 0; row < Rows; row++)
            for (var k = rows.RowStart[row]; k < rows.RowStart[row + 1]; k++) dense[row * Columns + rows.Column[k]] += rows.Value[k];
        return dense;
    }

    /// <summary>The same features as sparse rows where they are dense and at most a tenth is not zero.</summary>
    /// <returns>New sparse features, or these.</returns>
    public FeatureMatrix Compact()
    {
        if (Dense is not { } dense || Density > 0.1) return this;
        var start = new int[Rows + 1];
        List<int> column = [];
        List<float> value = [];
        for (var row = 0; row < Rows; row++)
        {
            for (var j = 0; j < Columns; j++)
            {
                if (dense[row * Columns + j] == 0) continue;
                column.Add(j);
                value.Add(dense[row * Columns + j]);
            }
            start[row + 1] = column.Count;
        }
        return new(Columns, new SparseRows(start, [.. column], [.. value]));
    }

    /// <summary>Each row divided by its sum: x'[i,j] = x[i,j] / Σ_k x[i,k]; a row that sums to 0 becomes zeros.</summary>
    /// <returns>New features, kept as these are.</returns>
    /// <remarks>As Kipf and Welling (2017, arXiv:1609.02907) prepare the citation networks. Sums are in double, in stored order.</remarks>
    public FeatureMatrix NormaliseRows()
    {
        var scaled = (float[])Values.Clone();
        for (var row = 0; row < Rows; row++)
        {
            var (first, end) = Sparse is { } rows ? (rows.RowStart[row], rows.RowStart[row + 1]) : (row * Columns, (row + 1) * Columns);
            var sum = 0.0;
            for (var k = first; k < end; k++) sum += scaled[k];
            for (var k = first; k < end; k++) scaled[k] = sum == 0 ? 0 : (float)(scaled[k] / sum);
        }
        return Sparse is { } sparse ? new(Columns, sparse with { Value = scaled }) : new(Rows, Columns, scaled);
    }

    /// <summary>These rows, in this order.</summary>
    /// <param name="rows">Row ids in range.</param>
    /// <returns>New features with <c>rows.Length</c> rows, kept as these are.</returns>
    public FeatureMatrix TakeRows(int[] rows)
    {
        if (Sparse is { } sparse) return new(Columns, sparse.TakeRows(rows));
        var taken = new float[rows.Length * Columns];
        for (var i = 0; i < rows.Length; i++) Array.Copy(Dense!, rows[i] * Columns, taken, i * Columns, Columns);
        return new(rows.Length, Columns, taken);
    }
}
