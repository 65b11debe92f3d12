using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>The order of Cuthill and McKee, part by part of the graph.</summary>
/// <param name="neighbours">Row i lists the neighbours of node i; symmetric.</param>
internal sealed class CuthillMcKee(HostCsr neighbours)
{
    private const int MostTries = 8;   // of moving a start further out; two or three are usual
    private readonly int[] order = new int[neighbours.Rows];
    private readonly bool[] done = new bool[neighbours.Rows];
    private readonly int[] level = NewLevels(neighbours.Rows);

    /// <summary>The old node at each new place.</summary>
    public int[] Reversed()
    {
        var count = 0;
        foreach (var node in RadixSort.Order([.. Enumerable.Range(0, neighbours.Rows).Select(Degree)]))
            if (!done[node]) count = Visit(Rim(node), count);
        Array.Reverse(order);
        return order;
    }

    private int Degree(int node) => neighbours.RowStart[node + 1] - neighbours.RowStart[node];

    private int Visit(int start, int count)
    {
        var first = count;
        order[count++] = start;
        done[start] = true;
        for (var at = first; at < count; at++)
        {
            var from = count;
            for (var p = neighbours.RowStart[order[at]]; p < neighbours.RowStart[order[at] + 1]; p++)
            {
                var node = neighbours.Column[p];
                if (done[node]) continue;
                done[node] = true;
                order[count++] = node;
            }
            order.AsSpan(from, count - from).Sort((a, b) => Degree(a) != Degree(b) ? Degree(a).CompareTo(Degree(b)) : a.CompareTo(b));
        }
        return count;
    }

    // A node from which the farthest is as far as from any tried: of the last level the one of least degree, until that level is no farther.
    private int Rim(int start)
    {
        var (depth, farthest) = Levels(start);
        for (var tries = 0; tries < MostTries; tries++)
        {
            var (next, beyond) = Levels(farthest);
            if (next <= depth) break;
            (start, depth, farthest) = (farthest, next, beyond);
        }
        return start;
    }

    private (int Depth, int Farthest) Levels(int start)
    {
        List<int> queue = [start];
        level[start] = 0;
        for (var at = 0; at < queue.Count; at++)
            for (var p = neighbours.RowStart[queue[at]]; p < neighbours.RowStart[queue[at] + 1]; p++)
            {
                var node = neighbours.Column[p];
                if (level[node] >= 0) continue;
                level[node] = level[queue[at]] + 1;
                queue.Add(node);
            }
        var depth = level[queue[^1]];
        var farthest = queue.Where(node => level[node] == depth).MinBy(node => ((long)Degree(node) << 32) + node);
        foreach (var node in queue) level[node] = -1;
        return (depth, farthest);
    }

    private static int[] NewLevels(int count)
    {
        var levels = new int[count];
        Array.Fill(levels, -1);
        return levels;
    }
}
