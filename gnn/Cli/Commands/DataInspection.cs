using GraphTune.Cli.Rendering;
using GraphTune.Gnn.Data;

namespace GraphTune.Cli.Commands;

/// <summary>What <c>graphtune inspect</c> tells of data: how much of everything there is, and what could not be read.</summary>
internal static class DataInspection
{
    private const int MostListed = 20;
    private static readonly string[] Endings = [".npz", ".txt", ".csv", ".csv.gz", ".graph"];

    /// <summary>Whether a path is data rather than a checkpoint.</summary>
    public static bool Knows(string path) => Directory.Exists(path) || Array.Exists(Endings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) || Path.GetFileName(path).StartsWith("ind.", StringComparison.Ordinal);

    /// <summary>Reads the data and prints its counts.</summary>
    public static int Run(Session session, string path, DataOptions options)
    {
        var (name, columns) = (options.Name(session), options.Columns(session));
        if (!Datasets.HoldsGraphs(path, name, columns)) return OfNodes(session, path, Datasets.Open(path, name));
        if (File.Exists(path) && Datasets.IsCsv(path) && SmilesCsv.Read(path, columns) is var table) return OfGraphs(session, path, table.Data, table.Skipped);
        return OfGraphs(session, path, Datasets.OpenGraphs(path, name, columns), []);
    }

    private static int OfNodes(Session session, string path, NodeDataset set)
    {
        session.Print(DataOptions.Describe(set));
        int[] count = [.. Enumerable.Range(0, set.Classes).Select(c => set.Labels.Count(label => label == c))];
        var table = Tables.New("class", "nodes").RightAligned(0, 1);
        for (var c = 0; c < set.Classes; c++) table.AddTextRow($"{c}", $"{count[c]:N0}");
        if (set.Classes > 0) session.Screen.Write(table);
        session.Print($"features {100 * set.Features.Density:G3} % full; metric {set.Metric}; {SplitText(set.Splits)}");
        session.Answer(new { file = path, data = set.Name, kind = "nodes", nodes = set.Nodes, edges = set.Edges.Count, features = set.Features.Columns, classes = count, metric = set.Metric, splits = Sizes(set.Splits), provenance = set.Provenance });
        return ExitCode.Done;
    }

    private static int OfGraphs(Session session, string path, GraphDataset set, IReadOnlyList<SkippedSmiles> skipped)
    {
        session.Print($"{set.Name}: {Words.Count(set.Graphs, "graph")}, {Words.Count(set.Nodes, "node")} ({(double)set.Nodes / set.Graphs:F2} a graph), {Words.Count(set.Edges, "edge")} ({(double)set.Edges / set.Graphs:F2} a graph, each direction counted). {set.Provenance}");
        session.Print($"nodes have {Attributes(set.NodeCodes, set.NodeFeatures)}; edges have {Attributes(set.EdgeCodes, set.EdgeFeatures)}");
        var labels = LabelSummary.Of(set);
        ShowTasks(session, labels);
        session.Print($"labels are {set.Task switch { TaskKind.Binary => "yes or no", TaskKind.MultiClass => $"one of {set.Classes} classes", _ => "numbers" }}; metric {set.Metric}; {SplitText(set.Splits)}");
        foreach (var row in skipped.Take(MostListed)) session.Print($"not read: {row}");
        if (skipped.Count > MostListed) session.Print($"and {skipped.Count - MostListed:N0} more; --json lists all");
        session.Answer(new
        {
            file = path,
            data = set.Name,
            kind = "graphs",
            graphs = set.Graphs,
            nodes = set.Nodes,
            edges = set.Edges,
            nodeCodes = set.NodeCodes?.Sizes,
            nodeFeatures = set.NodeFeatures?.Columns ?? 0,
            edgeCodes = set.EdgeCodes?.Sizes,
            edgeFeatures = set.EdgeFeatures?.Columns ?? 0,
            task = $"{set.Task}",
            classes = set.Classes,
            metric = set.Metric,
            tasks = labels.Select(t => new { name = t.Task, known = t.Known, missing = t.Missing, classCounts = t.ClassCounts, mean = Finite(t.Mean), deviation = Finite(t.Deviation) }),
            splits = Sizes(set.Splits),
            skipped,
            provenance = set.Provenance,
        });
        return ExitCode.Done;
    }

    private static void ShowTasks(Session session, IReadOnlyList<LabelSummary> labels)
    {
        if (labels.Count == 0) return;
        var table = Tables.New("task", "known", "missing", "of each class", "mean", "deviation").RightAligned(1, 2, 3, 4, 5);
        foreach (var t in labels)
        {
            var numbers = t.ClassCounts is null;
            table.AddTextRow(t.Task, $"{t.Known:N0}", $"{t.Missing:N0}", numbers ? "" : string.Join(" / ", t.ClassCounts!.Select(n => $"{n:N0}")), numbers ? $"{t.Mean:G5}" : "", numbers ? $"{t.Deviation:G5}" : "");
        }
        session.Screen.Write(table);
    }

    private static string Attributes(CodeTable? codes, FeatureMatrix? features) => (codes, features) switch
    {
        (null, null) => "neither codes nor features",
        ({ } c, null) => $"codes of {string.Join(" and ", c.Sizes)} kinds",
        (null, { } x) => Words.Count(x.Columns, "feature"),
        ({ } c, { } x) => $"codes of {string.Join(" and ", c.Sizes)} kinds and {Words.Count(x.Columns, "feature")}",
    };

    private static string SplitText(IReadOnlyList<Split> splits) => splits switch
    {
        [] => "no split",
        [var one] => $"{one.Train.Length:N0} train, {one.Validation.Length:N0} validation, {one.Test.Count:N0} test",
        _ => $"{splits.Count} splits, the first with {splits[0].Train.Length:N0} train, {splits[0].Validation.Length:N0} validation, {splits[0].Test.Count:N0} test",
    };

    private static object Sizes(IReadOnlyList<Split> splits) => splits.Select(split => new { train = split.Train.Length, validation = split.Validation.Length, test = split.Test.Count });

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
