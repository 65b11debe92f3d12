namespace GraphTune.Gnn.Data;

/// <summary>Reads the <c>.npz</c> files of gnn-benchmark (Shchur et al. 2018, arXiv:1811.05868): adjacency and attributes in compressed rows.</summary>
/// <remarks>
/// Arrays: <c>adj_data, adj_indices, adj_indptr, adj_shape</c>; <c>attr_data, attr_indices, attr_indptr, attr_shape</c> or a dense <c>attr_matrix</c>; <c>labels</c>.
/// Edges become undirected, each direction once, without weights or self-loops, as the paper and PyG do; features stay as stored.
/// </remarks>
public static class GnnBenchmarkReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; its name without ending names the data set.</param>
    /// <param name="options">Splits and clean-up; the paper's where null.</param>
    /// <exception cref="InvalidDataException">The file is truncated or malformed, or its parts do not fit each other.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static NodeDataset Read(string path, GnnBenchmarkOptions? options = null)
    {
        options ??= new();
        using var npz = new NpzReader(path);
        var edges = Edges(npz, path);
        var features = npz.Has("attr_matrix") ? Dense(npz.Read("attr_matrix"), path) : Sparse(npz, path);
        var labels = npz.Read("labels").ToInts();
        if (features.Rows != edges.Nodes || labels.Length != edges.Nodes)
            throw new InvalidDataException($"{path}: {edges.Nodes} nodes in adj, but {features.Rows} feature rows and {labels.Length} labels.");
        if (options.LargestComponent)
        {
            var kept = edges.LargestComponent();
            (edges, features, labels) = (edges.Keep(kept), features.TakeRows(kept), [.. kept.Select(node => labels[node])]);
        }
        var classes = ClassLabels.Count(labels, path);
        return new NodeDataset
        {
            Name = Path.GetFileNameWithoutExtension(path),
            Edges = edges,
            Features = features,
            Labels = labels,
            Classes = classes,
            Splits = [.. Enumerable.Range(0, options.Splits).Select(i =>
                RandomSplits.PerClass(path, labels, classes, options.TrainPerClass, options.ValidationPerClass, options.Seed + (ulong)i))],
            Provenance = $"gnn-benchmark file: undirected, no self-loops{(options.LargestComponent ? ", largest component" : "")}; {options.TrainPerClass} train / {options.ValidationPerClass} validation per class at random, seed {options.Seed}.",
        }.Checked(path);
    }

    private static EdgeList Edges(NpzReader npz, string path)
    {
        var (rows, columns) = ReadCsr(npz, "adj", path);
        if (rows.Rows != columns) throw new InvalidDataException($"{path}: adj is {rows.Rows} × {columns}; an adjacency matrix is square.");
        List<int> source = [], target = [];
        for (var row = 0; row < rows.Rows; row++)
        {
            for (var k = rows.RowStart[row]; k < rows.RowStart[row + 1]; k++)
            {
                if (rows.Value[k] == 0) continue;
                source.Add(row);
                target.Add(rows.Column[k]);
            }
        }
        return new EdgeList(rows.Rows, [.. source], [.. target]).Undirected();
    }

    private static FeatureMatrix Sparse(NpzReader npz, string path)
    {
        var (rows, columns) = ReadCsr(npz, "attr", path);
        return new(columns, rows);
    }

    private static FeatureMatrix Dense(NumpyArray matrix, string path) => matrix.Shape is [var rows, var columns]
        ? new FeatureMatrix((int)rows, (int)columns, matrix.ToFloats()).Compact()
        : throw new InvalidDataException($"{path}: attr_matrix has {matrix.Shape.Length} axes; nodes × features are wanted.");

    private static (SparseRows Rows, int Columns) ReadCsr(NpzReader npz, string name, string path)
    {
        var shape = npz.Read($"{name}_shape").ToInts();
        if (shape is not [>= 0 and var rows, >= 0 and var columns]) throw new InvalidDataException($"{path}: {name}_shape is ({string.Join(", ", shape)}); two axes are wanted.");
        var sparse = new SparseRows(npz.Read($"{name}_indptr").ToInts(), npz.Read($"{name}_indices").ToInts(), npz.Read($"{name}_data").ToFloats());
        return (sparse.Checked($"{path}: {name}", rows, columns), columns);
    }
}
