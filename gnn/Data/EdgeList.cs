using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>The directed edges of a graph on the host: edge k carries messages from node <c>Source[k]</c> to node <c>Target[k]</c> (j → i).</summary>
/// <param name="Nodes">Number of nodes; ids run from 0 to <c>Nodes - 1</c>.</param>
/// <param name="Source">Where each edge starts.</param>
/// <param name="Target">Where each edge ends; as long as <paramref name="Source"/>.</param>
/// <remarks>Nothing is changed on the way in: duplicates, loops and order stay as given.</remarks>
public sealed record EdgeList(int Nodes, int[] Source, int[] Target)
{
    /// <summary>Number of directed edges.</summary>
    public int Count => Source.Length;

    /// <summary>Both directions of every edge, each once, sorted by target and then by source.</summary>
    /// <param name="keepLoops">Whether an edge from a node to itself stays (once) or goes.</param>
    /// <returns>A new list; an undirected edge counts as two.</returns>
    /// <exception cref="InvalidDataException">The result would have more than 2³¹ - 1 edges, or an end is out of range.</exception>
    /// <remarks>O(E + nodes) work.</remarks>
    public EdgeList Undirected(bool keepLoops = false)
    {
        if (2L * Count > Array.MaxLength) throw new InvalidDataException($"{Count} edges in both directions are more than an array holds; sample the graph first.");
        var both = HostCsr.From(Nodes, Nodes, [.. Target, .. Source], [.. Source, .. Target]);
        int[] source = new int[both.Entries], target = new int[both.Entries];
        var count = 0;
        for (var to = 0; to < Nodes; to++)
            for (var p = both.RowStart[to]; p < both.RowStart[to + 1]; p++)
            {
                var from = both.Column[p];
                if ((p > both.RowStart[to] && from == both.Column[p - 1]) || (from == to && !keepLoops)) continue;
                (source[count], target[count++]) = (from, to);
            }
        return new(Nodes, source[..count], target[..count]);
    }

    /// <summary>The nodes of the largest part in which every node reaches every other, direction aside.</summary>
    /// <returns>Node ids, rising; of parts of equal size, the one with the lowest id.</returns>
    /// <remarks>O(E α(n)) work by union of sets (Tarjan 1975).</remarks>
    public int[] LargestComponent()
    {
        var parent = Enumerable.Range(0, Nodes).ToArray();
        for (var k = 0; k < Count; k++)
        {
            var (a, b) = (Root(parent, Source[k]), Root(parent, Target[k]));
            parent[Math.Max(a, b)] = Math.Min(a, b);
        }
        var size = new int[Nodes];
        for (var node = 0; node < Nodes; node++) size[Root(parent, node)]++;
        var largest = Array.IndexOf(size, size.Append(0).Max());
        return [.. Enumerable.Range(0, Nodes).Where(node => Root(parent, node) == largest)];
    }

    /// <summary>The graph among these nodes, which are counted anew from 0.</summary>
    /// <param name="nodes">Node ids, each once.</param>
    /// <returns>A new list of the edges whose two ends are kept, in the same order.</returns>
    public EdgeList Keep(int[] nodes)
    {
        var number = new int[Nodes];
        Array.Fill(number, -1);
        for (var i = 0; i < nodes.Length; i++) number[nodes[i]] = i;
        var kept = Enumerable.Range(0, Count).Where(k => number[Source[k]] >= 0 && number[Target[k]] >= 0).ToArray();
        return new(nodes.Length, Array.ConvertAll(kept, k => number[Source[k]]), Array.ConvertAll(kept, k => number[Target[k]]));
    }

    private static int Root(int[] parent, int node)
    {
        while (parent[node] != node) node = parent[node] = parent[parent[node]];
        return node;
    }
}
