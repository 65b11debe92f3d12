namespace GraphTune.Gnn.Data;

/// <summary>Reads the CSV folders of the Open Graph Benchmark (Hu et al. 2020, arXiv:2005.00687), of one graph or of many.</summary>
/// <remarks>
/// In <c>raw/</c>: <c>edge.csv</c>, <c>num-node-list.csv</c>, <c>num-edge-list.csv</c>, <c>node-label.csv</c> or <c>graph-label.csv</c>, and where they are there
/// <c>node-feat.csv</c> and <c>edge-feat.csv</c>; in <c>split/NAME/</c>: <c>train.csv</c>, <c>valid.csv</c>, <c>test.csv</c>. All may end in <c>.gz</c>.
/// Edges count nodes within their graph. Attributes that are all whole numbers from 0 become codes, others features.
/// </remarks>
public static class OgbReader
{
    /// <summary>Whether a folder is laid out as OGB does it.</summary>
    /// <param name="folder">The folder that holds <c>raw/</c>.</param>
    internal static bool Knows(string folder) => TextSource.Find(Raw(folder), "edge.csv") is not null;

    /// <summary>Whether an OGB folder holds many graphs with a label each.</summary>
    internal static bool HoldsGraphs(string folder) => TextSource.Find(Raw(folder), "graph-label.csv") is not null;

    /// <summary>Reads one graph whose nodes have classes (ogbn-arxiv, ogbn-products).</summary>
    /// <param name="folder">The folder that holds <c>raw/</c> and <c>split/</c>.</param>
    /// <param name="options">The split; whether edges stay directed.</param>
    /// <exception cref="InvalidDataException">A file is truncated or malformed, the parts do not fit each other, or nodes have several labels each.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static NodeDataset ReadNodes(string folder, OgbOptions? options = null)
    {
        options ??= new();
        var raw = OgbRaw.Read(Raw(folder));
        if (raw.Graphs != 1) throw new InvalidDataException($"{folder}: {raw.Graphs} graphs in num-node-list.csv, but node labels are for one.");
        var path = TextSource.Need(Raw(folder), "node-label.csv");
        var (values, columns) = NumberLines.Table(path, "the label");
        if (columns != 1) throw new InvalidDataException($"{path}: {columns} labels a node; one class a node is read.");
        if (raw.NodeTable is not { } table) throw new FileNotFoundException($"There is no file 'node-feat.csv', nor 'node-feat.csv.gz', in '{Raw(folder)}'; node features are needed.");
        var labels = Array.ConvertAll(values, y => float.IsNaN(y) ? -1 : y == MathF.Floor(y) && MathF.Abs(y) < 1 << 24 ? (int)y : throw new InvalidDataException($"{path}: the label {y} is no class; whole numbers are wanted."));
        var edges = new EdgeList(raw.NodeStart[^1], raw.Source, raw.Target);
        return new NodeDataset
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
            Edges = options.Directed ? edges : edges.Undirected(keepLoops: true),
            Features = table.AsFeatures(),
            Labels = labels,
            Classes = ClassLabels.Count(labels, path),
            Splits = [Split(folder, options.Split)],
            Provenance = $"OGB folder: {(options.Directed ? "edges as given" : "undirected")}; the given split.",
        }.Checked(folder);
    }

    /// <summary>Reads many graphs with labels (ogbg-molhiv, ogbg-ppa).</summary>
    /// <param name="folder">The folder that holds <c>raw/</c> and <c>split/</c>.</param>
    /// <param name="options">The split, what the labels mean, and whether edges stay directed.</param>
    /// <remarks>Unless directed, and unless some edge's reverse is in the file, the reverse of each edge is put right after it with the same attributes, as OGB's own loader does.</remarks>
    /// <exception cref="InvalidDataException">A file is truncated or malformed, or the parts do not fit each other.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static GraphDataset ReadGraphs(string folder, OgbOptions? options = null)
    {
        options ??= new();
        var raw = OgbRaw.Read(Raw(folder));
        if (!options.Directed && !raw.HasBothDirections()) raw = raw.WithReverses();
        var path = TextSource.Need(Raw(folder), "graph-label.csv");
        var (labels, tasks) = NumberLines.Table(path, "the label");
        var kind = options.Task ?? KindOf(labels, tasks);
        return new GraphDataset
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
            NodeStart = raw.NodeStart,
            EdgeStart = raw.EdgeStart,
            Source = raw.Source,
            Target = raw.Target,
            NodeCodes = raw.NodeTable?.AsCodes(),
            NodeFeatures = raw.NodeTable is { IsCodes: false } nodes ? nodes.AsFeatures() : null,
            EdgeCodes = raw.EdgeTable?.AsCodes(),
            EdgeFeatures = raw.EdgeTable is { IsCodes: false } edges ? edges.AsFeatures() : null,
            Task = kind,
            Tasks = [.. Enumerable.Range(0, tasks).Select(t => $"task {t}")],
            Labels = labels,
            Classes = kind switch { TaskKind.Binary => 2, TaskKind.MultiClass => (int)labels.Where(y => !float.IsNaN(y)).Append(-1).Max() + 1, _ => 0 },
            Splits = [Split(folder, options.Split)],
            Metric = kind switch { TaskKind.Binary => "auroc", TaskKind.MultiClass => "accuracy", _ => "rmse" },
            Provenance = "OGB folder: both directions of each edge unless directed; the given split.",
        }.Checked(folder);
    }

    private static string Raw(string folder) => Path.Combine(folder, "raw");

    private static TaskKind KindOf(float[] labels, int tasks)
    {
        var known = labels.Where(y => !float.IsNaN(y));
        if (known.All(y => y is 0 or 1)) return TaskKind.Binary;
        return tasks == 1 && known.All(y => y >= 0 && y == MathF.Floor(y)) ? TaskKind.MultiClass : TaskKind.Regression;
    }

    private static Split Split(string folder, string? name)
    {
        var splits = Path.Combine(folder, "split");
        string[] there = Directory.Exists(splits) ? [.. Directory.EnumerateDirectories(splits).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)] : [];
        if (name is null && there.Length != 1) throw new FileNotFoundException($"'{splits}' holds {(there.Length == 0 ? "no split" : string.Join(", ", there))}; {(there.Length == 0 ? "split/NAME/train.csv, valid.csv and test.csv are wanted" : "say which by the option Split")}.");
        var chosen = Path.Combine(splits, name ?? there[0]);
        int[] Rows(string part) => NumberLines.Wholes(TextSource.Need(chosen, $"{part}.csv"), 1, "the row", least: 0);
        return new(Rows("train"), Rows("valid"), new(Rows("test")));
    }
}
