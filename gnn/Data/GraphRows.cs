namespace GraphTune.Gnn.Data;

/// <summary>Puts the edges of many graphs, given in any order between nodes counted over all of them, graph by graph.</summary>
internal static class GraphRows
{
    /// <summary>Where each graph's rows start, from the graph of each row.</summary>
    /// <param name="graphOf">The graph of each row, from 0, never falling.</param>
    /// <param name="graphs">Number of graphs.</param>
    public static int[] Starts(ReadOnlySpan<int> graphOf, int graphs)
    {
        var start = new int[graphs + 1];
        foreach (var graph in graphOf) start[graph + 1]++;
        return Summed(start);
    }

    /// <summary>Running sums: counts[g + 1] becomes the start of graph g + 1.</summary>
    public static int[] Summed(int[] counts)
    {
        for (var g = 1; g < counts.Length; g++) counts[g] = checked(counts[g] + counts[g - 1]);
        return counts;
    }

    /// <summary>Edge ids sorted by graph, otherwise in the order given.</summary>
    public static int[] Order(int[] graphOf, int[] start)
    {
        var next = (int[])start.Clone();
        var order = new int[graphOf.Length];
        for (var k = 0; k < graphOf.Length; k++) order[next[graphOf[k]]++] = k;
        return order;
    }
}
