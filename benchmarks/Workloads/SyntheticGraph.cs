namespace GraphTune.Benchmarks;

/// <summary>A reproducible power-law graph: the same bits in any language, since it takes only 64-bit integers and products of doubles.</summary>
/// <remarks>
/// Nodes of rank i are drawn with a weight near i^(−1/2), which gives degrees with an exponent of 3 (Chung and Lu 2002), and are
/// then renamed at random, so that ids carry no locality. Loops and repeated edges are rejected. Rows are sorted.
/// </remarks>
internal sealed class SyntheticGraph
{
    private SyntheticGraph(GraphRecipe recipe, int[] rowStart, int[] column) => (Recipe, RowStart, Column) = (recipe, rowStart, column);

    /// <summary>The sizes.</summary>
    public GraphRecipe Recipe { get; }

    /// <summary>n + 1 positions of the first in-edge of each node.</summary>
    public int[] RowStart { get; }

    /// <summary>The node each edge comes from, ascending within a row. The graph is symmetric.</summary>
    public int[] Column { get; }

    /// <summary>The source and target of each edge, sorted by target.</summary>
    public (long[] Source, long[] Target) Coordinates() => (Array.ConvertAll(Column, c => (long)c), Array.ConvertAll(Targets(), c => (long)c));

    /// <summary>The node each edge goes to, ascending.</summary>
    public int[] Targets()
    {
        var target = new int[Column.Length];
        for (var node = 0; node < Recipe.Nodes; node++) target.AsSpan(RowStart[node]..RowStart[node + 1]).Fill(node);
        return target;
    }

    /// <summary>A hash of the columns (Fowler, Noll and Vo, on whole numbers), to compare with other implementations.</summary>
    public string Fingerprint()
    {
        var hash = 1469598103934665603L;
        foreach (var column in Column) hash = unchecked((hash ^ column) * 1099511628211L);
        return hash.ToString("x16");
    }

    /// <summary>Draws the graph: a few seconds for ten million edges.</summary>
    public static SyntheticGraph Generate(GraphRecipe recipe)
    {
        var random = new XorShift64(recipe.Seed);
        var name = Permutation(recipe.Nodes, ref random);
        var (a, b) = Draw(recipe, name, ref random);

        var start = new int[recipe.Nodes + 1];
        for (var i = 0; i < a.Length; i++) { start[a[i] + 1]++; start[b[i] + 1]++; }
        for (var node = 0; node < recipe.Nodes; node++) start[node + 1] += start[node];

        int[] next = [.. start], column = new int[recipe.Edges];
        for (var i = 0; i < a.Length; i++) { column[next[a[i]]++] = b[i]; column[next[b[i]]++] = a[i]; }
        for (var node = 0; node < recipe.Nodes; node++) Array.Sort(column, start[node], start[node + 1] - start[node]);
        return new(recipe, start, column);
    }

    private static int[] Permutation(int count, ref XorShift64 random)
    {
        int[] name = [.. Enumerable.Range(0, count)];
        for (var i = count - 1; i > 0; i--)
        {
            var j = random.NextBelow(i + 1);
            (name[i], name[j]) = (name[j], name[i]);
        }
        return name;
    }

    private static (int[] A, int[] B) Draw(GraphRecipe recipe, int[] name, ref XorShift64 random)
    {
        var seen = new HashSet<long>(recipe.Pairs);
        int[] a = new int[recipe.Pairs], b = new int[recipe.Pairs];
        while (seen.Count < recipe.Pairs)
        {
            double u = random.NextDouble(), v = random.NextDouble();
            int x = (int)(recipe.Nodes * (u * u)), y = (int)(recipe.Nodes * (v * v));
            if (x == y || !seen.Add((long)Math.Min(x, y) * recipe.Nodes + Math.Max(x, y))) continue;
            (a[seen.Count - 1], b[seen.Count - 1]) = (name[x], name[y]);
        }
        return (a, b);
    }
}
