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
    /// <exception cref="InvalidDataException">The result would have more than 2³¹ - 1 edges.</exception>
    /// <remarks>O(E log E) work. Endpoints must be in range.</remarks>
    public EdgeList Undirected(bool keepLoops = false)
    {
        if (2L * Count > Array.MaxLength) throw new InvalidDataException($"{Count} edges in both directions are more than an array holds; sample the graph first.");
        var keys = new long[2 * Count];
        for (var k = 0; k < Count; k++)
        {
            keys[2 * k] = (long)Target[k] * Nodes + Source[k];
            keys[2 * k + 1] = (long)Source[k] * Nodes + Target[k];
        }
        Array.Sort(keys);
        return FromSortedKeys(keys, keepLoops);
    }

    private EdgeList FromSortedKeys(long[] keys, bool keepLoops)
    {
        int[] source = new int[keys.Length], target = new int[keys.Length];
        var count = 0;
        var previous = -1L;
        foreach (var key in keys)
        {
            var (to, from) = ((int)(key / Nodes), (int)(key % Nodes));
            if (key == previous || (to == from && !keepLoops)) continue;
            (source[count], target[count++], previous) = (from, to, key);
        }
        return new(Nodes, source[..count], target[..count]);
    }
}
