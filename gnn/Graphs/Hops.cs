using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn;

/// <summary>How many edges away the nodes of a small graph are.</summary>
internal static class Hops
{
    /// <summary>What a node has from which the root cannot be reached.</summary>
    public const int Unreached = int.MaxValue;

    /// <summary>For each node of one graph, the edges on the shortest path from it to the root: after that many layers its message arrives there.</summary>
    /// <param name="data">The graphs.</param>
    /// <param name="graph">Which graph.</param>
    /// <param name="root">A node, counted within the graph.</param>
    /// <remarks>Breadth first: O(nodes + edges) of the graph.</remarks>
    public static int[] To(GraphDataset data, int graph, int root)
    {
        var (first, end) = (data.EdgeStart[graph], data.EdgeStart[graph + 1]);
        var nodes = data.NodeStart[graph + 1] - data.NodeStart[graph];
        var into = HostCsr.Groups(data.Target[first..end], nodes);
        int[] hops = new int[nodes], queue = new int[nodes];
        Array.Fill(hops, Unreached);
        (hops[root], queue[0]) = (0, root);
        for (int head = 0, tail = 1; head < tail; head++)
        {
            var node = queue[head];
            for (var p = into.RowStart[node]; p < into.RowStart[node + 1]; p++)
            {
                var source = data.Source[first + into.Column[p]];
                if (hops[source] != Unreached) continue;
                hops[source] = hops[node] + 1;
                queue[tail++] = source;
            }
        }
        return hops;
    }
}
