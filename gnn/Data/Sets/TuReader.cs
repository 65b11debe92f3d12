namespace GraphTune.Gnn.Data;

/// <summary>Reads the text folders of the TU collection (Morris et al. 2020, arXiv:2007.08663; chrsmrrs.github.io/datasets).</summary>
/// <remarks>
/// Files: <c>DS_A.txt</c> (an edge a line, nodes from 1 over all graphs), <c>DS_graph_indicator.txt</c> (the graph of each node, from 1), and where they are there
/// <c>DS_graph_labels.txt</c>, <c>DS_graph_attributes.txt</c>, <c>DS_node_labels.txt</c>, <c>DS_node_attributes.txt</c>, <c>DS_edge_labels.txt</c>, <c>DS_edge_attributes.txt</c>.
/// Edges stay as given: both directions are in the file. Graph labels are numbered in rising order; codes of nodes and edges start at the smallest of their column, as in PyG.
/// </remarks>
public static class TuReader
{
    /// <summary>Reads a data set.</summary>
    /// <param name="folder">Where its files are; folds are looked for in <c>10fold_idx</c>, here or one folder up.</param>
    /// <param name="name">What its files' names begin with; found from <c>*_A.txt</c> where null.</param>
    /// <exception cref="InvalidDataException">A file is truncated or malformed, or the parts do not fit each other.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static GraphDataset Read(string folder, string? name = null)
    {
        name ??= NameIn(folder);
        string? Part(string what) => TextSource.Find(folder, $"{name}_{what}.txt");
        var indicator = TextSource.Need(folder, $"{name}_graph_indicator.txt");
        var graphOf = Indicator(indicator);
        var graphs = graphOf.Length == 0 ? 0 : graphOf[^1] + 1;
        var nodeStart = GraphRows.Starts(graphOf, graphs);
        var (source, target, edgeStart, order) = Edges(TextSource.Need(folder, $"{name}_A.txt"), graphOf, nodeStart);
        var labels = TuLabels.Read(Part("graph_labels"), Part("graph_attributes"), graphs);
        return new GraphDataset
        {
            Name = name,
            NodeStart = nodeStart,
            EdgeStart = edgeStart,
            Source = source,
            Target = target,
            NodeCodes = Part("node_labels") is { } codes ? Codes(codes, graphOf.Length, null) : null,
            NodeFeatures = Part("node_attributes") is { } features ? Features(features, graphOf.Length, null) : null,
            EdgeCodes = Part("edge_labels") is { } kinds ? Codes(kinds, order.Length, order) : null,
            EdgeFeatures = Part("edge_attributes") is { } attributes ? Features(attributes, order.Length, order) : null,
            Task = labels.Kind,
            Tasks = labels.Tasks,
            Labels = labels.Values,
            Classes = labels.Classes,
            Splits = Folds.Beside(folder),
            Metric = labels.Kind == TaskKind.Regression ? "rmse" : "accuracy",
            Provenance = "TU collection: edges as given, labels numbered in rising order.",
        }.Checked(Path.Combine(folder, name));
    }

    private static string NameIn(string folder) => NamesIn(folder) switch
    {
        [var only] => only,
        [] => throw new FileNotFoundException($"There is no TU data set (NAME_A.txt) in '{folder}'."),
        var several => throw new FileNotFoundException($"'{folder}' holds {string.Join(", ", several)}; say which by its name."),
    };

    /// <summary>The TU sets in a folder.</summary>
    internal static string[] NamesIn(string folder) => [.. Directory.EnumerateFiles(folder, "*_A.txt").Select(file => Path.GetFileName(file)[..^"_A.txt".Length]).Order(StringComparer.Ordinal)];

    private static int[] Indicator(string path)
    {
        using var lines = new NumberLines(path);
        List<int> graphOf = [];
        while (lines.Next())
        {
            var graph = lines.Whole("the graph", least: 1) - 1;
            lines.End("graph");
            var previous = graphOf.Count == 0 ? 0 : graphOf[^1];
            if (graph != previous && graph != previous + 1) throw lines.Bad($"graph {graph + 1} follows graph {previous + 1}; the nodes of a graph stand together, and graphs are counted from 1 without gaps");
            graphOf.Add(graph);
        }
        return [.. graphOf];
    }

    private static (int[] Source, int[] Target, int[] Start, int[] Order) Edges(string path, int[] graphOf, int[] nodeStart)
    {
        using var lines = new NumberLines(path);
        List<int> from = [], to = [], graph = [];
        while (lines.Next())
        {
            var (a, b) = (lines.Whole("the node", least: 1) - 1, lines.Whole("the node", least: 1) - 1);
            lines.End("two nodes of an edge");
            if (Math.Max(a, b) >= graphOf.Length) throw lines.Bad($"node {Math.Max(a, b) + 1} is out of range; nodes run from 1 to {graphOf.Length}");
            if (graphOf[a] != graphOf[b]) throw lines.Bad($"an edge from node {a + 1} of graph {graphOf[a] + 1} to node {b + 1} of graph {graphOf[b] + 1}");
            from.Add(a);
            to.Add(b);
            graph.Add(graphOf[a]);
        }
        int[] of = [.. graph];
        var start = GraphRows.Starts(of, nodeStart.Length - 1);
        var order = GraphRows.Order(of, start);
        return (Array.ConvertAll(order, k => from[k] - nodeStart[of[k]]), Array.ConvertAll(order, k => to[k] - nodeStart[of[k]]), start, order);
    }

    private static CodeTable Codes(string path, int rows, int[]? order)
    {
        var (values, columns) = Table(path, rows, order, "the label");
        var least = new float[columns];
        for (var column = 0; column < columns; column++) least[column] = Enumerable.Range(0, rows).Min(row => values[row * columns + column]);
        var codes = new int[values.Length];
        for (var at = 0; at < values.Length; at++)
        {
            var code = values[at] - least[at % columns];
            if (!(code < 1 << 24) || code != MathF.Floor(code)) throw new InvalidDataException($"{path}: row {at / columns + 1} has the label {values[at]}; whole numbers are wanted.");
            codes[at] = (int)code;
        }
        return new(rows, columns, codes);
    }

    private static FeatureMatrix Features(string path, int rows, int[]? order)
    {
        var (values, columns) = Table(path, rows, order, "the attribute");
        return new(rows, columns, values);
    }

    private static (float[] Values, int Columns) Table(string path, int rows, int[]? order, string what)
    {
        var (values, columns) = NumberLines.Table(path, what);
        if (columns == 0 || values.Length / columns != rows) throw new InvalidDataException($"{path}: {(columns == 0 ? 0 : values.Length / columns)} rows for {rows} {(order is null ? "nodes" : "edges")}.");
        if (order is null) return (values, columns);
        var sorted = new float[values.Length];
        for (var k = 0; k < rows; k++) Array.Copy(values, order[k] * columns, sorted, k * columns, columns);
        return (sorted, columns);
    }
}
