namespace GraphTune.Gnn.Data;

/// <summary>The files in <c>raw/</c> of an OGB folder, labels aside.</summary>
internal sealed record OgbRaw(int[] NodeStart, int[] EdgeStart, int[] Source, int[] Target, OgbTable? NodeTable, OgbTable? EdgeTable)
{
    public int Graphs => NodeStart.Length - 1;

    public static OgbRaw Read(string folder)
    {
        var nodeStart = Starts(TextSource.Need(folder, "num-node-list.csv"));
        var edgeStart = Starts(TextSource.Need(folder, "num-edge-list.csv"));
        if (nodeStart.Length != edgeStart.Length) throw new InvalidDataException($"{folder}: {nodeStart.Length - 1} graphs in num-node-list.csv, but {edgeStart.Length - 1} in num-edge-list.csv.");
        var path = TextSource.Need(folder, "edge.csv");
        var (source, target) = Edges(path, nodeStart, edgeStart);
        return new(nodeStart, edgeStart, source, target,
            OgbTable.Read(TextSource.Find(folder, "node-feat.csv"), nodeStart[^1], "nodes"),
            OgbTable.Read(TextSource.Find(folder, "edge-feat.csv"), edgeStart[^1], "edges"));
    }

    /// <summary>Whether some edge's reverse is there too.</summary>
    public bool HasBothDirections()
    {
        for (var g = 0; g < Graphs; g++)
        {
            var seen = new HashSet<(int, int)>();
            for (var k = EdgeStart[g]; k < EdgeStart[g + 1]; k++)
            {
                if (Source[k] != Target[k] && seen.Contains((Target[k], Source[k]))) return true;
                seen.Add((Source[k], Target[k]));
            }
        }
        return false;
    }

    /// <summary>Each edge followed by its reverse.</summary>
    public OgbRaw WithReverses()
    {
        int[] source = new int[2 * Source.Length], target = new int[2 * Source.Length];
        for (var k = 0; k < Source.Length; k++)
        {
            (source[2 * k], target[2 * k]) = (Source[k], Target[k]);
            (source[2 * k + 1], target[2 * k + 1]) = (Target[k], Source[k]);
        }
        return this with { EdgeStart = Array.ConvertAll(EdgeStart, start => 2 * start), Source = source, Target = target, EdgeTable = EdgeTable?.Twice() };
    }

    private static int[] Starts(string path)
    {
        var counts = NumberLines.Wholes(path, 1, "the count", least: 0);
        if (counts.Sum(count => (long)count) > Array.MaxLength / 2) throw new InvalidDataException($"{path}: {counts.Sum(count => (long)count)} in all are more than an array holds.");
        return GraphRows.Summed([0, .. counts]);
    }

    private static (int[] Source, int[] Target) Edges(string path, int[] nodeStart, int[] edgeStart)
    {
        using var lines = new NumberLines(path);
        int[] source = new int[edgeStart[^1]], target = new int[edgeStart[^1]];
        for (var g = 0; g < nodeStart.Length - 1; g++)
        {
            var nodes = nodeStart[g + 1] - nodeStart[g];
            for (var k = edgeStart[g]; k < edgeStart[g + 1]; k++)
            {
                if (!lines.Next()) throw lines.Bad($"the file ends after {k} of {source.Length} edges");
                (source[k], target[k]) = (lines.Whole("the node", least: 0), lines.Whole("the node", least: 0));
                lines.End("two nodes of an edge");
                if (Math.Max(source[k], target[k]) >= nodes) throw lines.Bad($"node {Math.Max(source[k], target[k])} is out of range; the nodes of graph {g} run from 0 to {nodes - 1}");
            }
        }
        return lines.Next() ? throw lines.Bad($"the file goes on after {source.Length} edges") : (source, target);
    }
}
