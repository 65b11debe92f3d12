namespace GraphTune.Gnn.Data;

/// <summary>Reads the <c>.npz</c> files of the heterophilous benchmark (Platonov et al. 2023, arXiv:2302.11640) with their ten given splits.</summary>
/// <remarks>
/// Arrays: <c>node_features [n,f], node_labels [n], edges [e,2], train_masks, val_masks, test_masks [splits,n]</c>.
/// Edges become undirected, each direction once; self-loops stay, as in the authors' code. With two classes the metric is AUROC, as published.
/// </remarks>
public static class HeterophilousReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; its name without ending names the data set.</param>
    /// <exception cref="InvalidDataException">The file is truncated or malformed, or its parts do not fit each other.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static NodeDataset Read(string path)
    {
        using var npz = new NpzReader(path);
        var features = npz.Read("node_features");
        var (nodes, columns) = Axes(features, "node_features", path);
        var edges = npz.Read("edges");
        var (count, two) = Axes(edges, "edges", path);
        if (two != 2) throw new InvalidDataException($"{path}: edges has {two} columns; source and target are wanted.");
        var ends = edges.ToInts();
        var odd = Array.FindIndex(ends, end => end < 0 || end >= nodes);
        if (odd >= 0) throw new InvalidDataException($"{path}: edges: index {ends[odd]} in row {odd / 2} is out of range; node ids run from 0 to {nodes - 1}.");
        var labels = npz.Read("node_labels").ToInts();
        var classes = ClassLabels.Count(labels, path);
        return new NodeDataset
        {
            Name = Path.GetFileNameWithoutExtension(path),
            Edges = new EdgeList(nodes, [.. Enumerable.Range(0, count).Select(k => ends[2 * k])], [.. Enumerable.Range(0, count).Select(k => ends[2 * k + 1])]).Undirected(keepLoops: true),
            Features = new FeatureMatrix(nodes, columns, features.ToFloats()).Compact(),
            Labels = labels,
            Classes = classes,
            Splits = Splits(npz, nodes, path),
            Metric = classes == 2 ? "auroc" : "accuracy",
            Provenance = "Heterophilous benchmark of Platonov et al. (2023): undirected, given splits.",
        }.Checked(path);
    }

    private static Split[] Splits(NpzReader npz, int nodes, string path)
    {
        var (train, validation, test) = (Masks(npz, "train_masks", nodes, path), Masks(npz, "val_masks", nodes, path), Masks(npz, "test_masks", nodes, path));
        if (train.Length != validation.Length || train.Length != test.Length) throw new InvalidDataException($"{path}: {train.Length} train, {validation.Length} validation and {test.Length} test masks; they come in threes.");
        return [.. train.Select((rows, i) => new Split(rows, validation[i], new(test[i])))];
    }

    private static int[][] Masks(NpzReader npz, string name, int nodes, string path)
    {
        var array = npz.Read(name);
        var (splits, width) = Axes(array, name, path);
        if (width != nodes) throw new InvalidDataException($"{path}: {name} has {width} columns for {nodes} nodes.");
        var mask = array.ToInts();
        return [.. Enumerable.Range(0, splits).Select(split => Enumerable.Range(0, nodes).Where(node => mask[split * nodes + node] != 0).ToArray())];
    }

    private static (int Rows, int Columns) Axes(NumpyArray array, string name, string path) => array.Shape is [<= int.MaxValue and var rows, <= int.MaxValue and var columns]
        ? ((int)rows, (int)columns)
        : throw new InvalidDataException($"{path}: {name} has the shape ({string.Join(", ", array.Shape)}); two axes are wanted.");
}
