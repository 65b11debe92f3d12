using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Pretrain;

/// <summary>Graphs with the attributes of some nodes hidden, and what was hidden.</summary>
/// <param name="Masked">The graphs, drawn anew.</param>
/// <param name="Nodes">The hidden nodes, counted over all of them, ascending.</param>
/// <param name="Classes">What each was: its first code, or the place of the one in its features.</param>
/// <param name="From">The lower end of each edge that has a hidden end, once for both directions.</param>
/// <param name="To">The higher end.</param>
/// <param name="EdgeClasses">What each such edge was, its first code; empty where edges stay visible.</param>
internal sealed record AttributeMasks(GraphDataset Masked, int[] Nodes, int[] Classes, int[] From, int[] To, int[] EdgeClasses)
{
    /// <summary>Hides the first code of 1 + ⌊share·n⌋ nodes of each graph of n nodes; further codes become 0.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="graphs">Which of its graphs.</param>
    /// <param name="share">The share, 0 to 1.</param>
    /// <param name="node">The code that hides a node; null where nodes have one-hot features, whose rows become zeros.</param>
    /// <param name="edge">The code that hides an edge at a hidden node; null to leave edges visible.</param>
    /// <param name="rng">Draws.</param>
    public static AttributeMasks Draw(GraphDataset data, ReadOnlySpan<int> graphs, float share, int? node, int? edge, Rng rng)
    {
        var masked = data.Subset(graphs);
        var hidden = Hidden(masked, share, rng);
        int[] nodes = [.. Enumerable.Range(0, hidden.Length).Where(i => hidden[i])];
        var classes = node is { } code ? Hide(masked.NodeCodes!, nodes, code) : Hide(masked.NodeFeatures!, nodes);
        return edge is { } bond ? HideEdges(new(masked, nodes, classes, [], [], []), hidden, bond) : new(masked, nodes, classes, [], [], []);
    }

    private static bool[] Hidden(GraphDataset data, float share, Rng rng)
    {
        var hidden = new bool[data.Nodes];
        for (var g = 0; g < data.Graphs; g++)
        {
            var n = data.NodeStart[g + 1] - data.NodeStart[g];
            int[] order = [.. Enumerable.Range(data.NodeStart[g], n)];
            for (var i = 0; i < Math.Min(n, 1 + (int)(share * n)); i++)
            {
                var j = i + rng.Next(n - i);
                (order[i], order[j]) = (order[j], order[i]);
                hidden[order[i]] = true;
            }
        }
        return hidden;
    }

    private static int[] Hide(CodeTable codes, int[] rows, int code)
    {
        var was = new int[rows.Length];
        for (var k = 0; k < rows.Length; k++)
        {
            var row = codes.Values.AsSpan(rows[k] * codes.Columns, codes.Columns);
            was[k] = row[0];
            row.Clear();
            row[0] = code;
        }
        return was;
    }

    private static int[] Hide(FeatureMatrix features, int[] rows)
    {
        var was = new int[rows.Length];
        for (var k = 0; k < rows.Length; k++)
        {
            var row = features.Dense.AsSpan(rows[k] * features.Columns, features.Columns);
            was[k] = row.IndexOf(1f);
            row.Clear();
        }
        return was;
    }

    private static AttributeMasks HideEdges(AttributeMasks nodes, bool[] hidden, int code)
    {
        var data = nodes.Masked;
        List<int> rows = [], from = [], to = [], once = [];
        for (var g = 0; g < data.Graphs; g++)
            for (var k = data.EdgeStart[g]; k < data.EdgeStart[g + 1]; k++)
            {
                var (source, target) = (data.NodeStart[g] + data.Source[k], data.NodeStart[g] + data.Target[k]);
                if (!hidden[source] && !hidden[target]) continue;
                if (source < target)
                {
                    once.Add(rows.Count);
                    from.Add(source);
                    to.Add(target);
                }
                rows.Add(k);
            }
        var was = Hide(data.EdgeCodes!, [.. rows], code);
        return nodes with { From = [.. from], To = [.. to], EdgeClasses = [.. once.Select(k => was[k])] };
    }
}
