using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Pretrain;

/// <summary>Pairs of nodes: some that an edge joins, and others of the same graph.</summary>
/// <param name="Joined">Pairs with an edge; nodes are counted over all graphs drawn from.</param>
/// <param name="Apart">Others.</param>
internal sealed record NodePairs((int A, int B)[] Joined, (int A, int B)[] Apart)
{
    /// <summary>Edges of one large graph, from source to target, and as many pairs of any two nodes, all with replacement.</summary>
    /// <param name="edges">The graph.</param>
    /// <param name="limit">How many; no more than there are edges.</param>
    /// <param name="rng">Draws.</param>
    public static NodePairs Draw(EdgeList edges, int limit, Rng rng)
    {
        (int, int)[] joined = new (int, int)[Math.Min(limit, edges.Count)], apart = new (int, int)[joined.Length];
        for (var k = 0; k < joined.Length; k++)
        {
            var edge = rng.Next(edges.Count);
            joined[k] = (edges.Source[edge], edges.Target[edge]);
        }
        for (var k = 0; k < apart.Length; k++) apart[k] = (rng.Next(edges.Nodes), rng.Next(edges.Nodes));
        return new(joined, apart);
    }

    /// <summary>All pairs with an edge, in either direction, and in each graph as many without, or all there are; of either at most <paramref name="limit"/>, drawn at random.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="graphs">Which of its graphs.</param>
    /// <param name="limit">At least 1.</param>
    /// <param name="rng">Draws.</param>
    /// <remarks>Pairs are unordered, distinct, and of two nodes: a self-loop is none. O(edges), in expectation.</remarks>
    public static NodePairs Draw(GraphDataset data, ReadOnlySpan<int> graphs, int limit, Rng rng)
    {
        List<(int, int)> joined = [], apart = [];
        var first = 0;
        foreach (var graph in graphs)
        {
            var nodes = data.NodeStart[graph + 1] - data.NodeStart[graph];
            var edges = Edges(data, graph);
            foreach (var (a, b) in edges) joined.Add((first + a, first + b));
            foreach (var (a, b) in Others(nodes, edges, rng)) apart.Add((first + a, first + b));
            first += nodes;
        }
        return new(AtMost(joined, limit, rng), AtMost(apart, limit, rng));
    }

    private static List<(int, int)> Edges(GraphDataset data, int graph)
    {
        var seen = new HashSet<(int, int)>();
        List<(int, int)> edges = [];   // in the order of the data
        for (var k = data.EdgeStart[graph]; k < data.EdgeStart[graph + 1]; k++)
        {
            var pair = (Math.Min(data.Source[k], data.Target[k]), Math.Max(data.Source[k], data.Target[k]));
            if (pair.Item1 != pair.Item2 && seen.Add(pair)) edges.Add(pair);
        }
        return edges;
    }

    // At least half of all pairs are others, or all others are taken, so that few draws are in vain.
    private static IEnumerable<(int, int)> Others(int nodes, List<(int, int)> edges, Rng rng)
    {
        var taken = new HashSet<(int, int)>(edges);
        if ((long)nodes * (nodes - 1) / 2 - edges.Count <= edges.Count)
        {
            for (var a = 0; a < nodes; a++)
                for (var b = a + 1; b < nodes; b++)
                    if (!taken.Contains((a, b))) yield return (a, b);
            yield break;
        }
        for (var found = 0; found < edges.Count;)
        {
            var (a, b) = (rng.Next(nodes), rng.Next(nodes));
            if (a == b || !taken.Add((Math.Min(a, b), Math.Max(a, b)))) continue;
            found++;
            yield return (Math.Min(a, b), Math.Max(a, b));
        }
    }

    private static (int, int)[] AtMost(List<(int, int)> pairs, int limit, Rng rng)
    {
        (int, int)[] all = [.. pairs];
        if (all.Length <= limit) return all;
        rng.Shuffle<(int, int)>(all);
        return all[..limit];
    }
}
