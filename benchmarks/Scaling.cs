using System.Globalization;
using GraphTune.Engine;

namespace GraphTune.Benchmarks;

/// <summary>Sums over in-edges from one million edges to 64 million at one mean degree: whether an edge costs the same on a large graph as on a small one.</summary>
/// <remarks>
/// Power-law graphs without locality, as of all the peers' workloads. All sizes are held at once, 5 GB, and run by turns: what the machine's
/// memory gives drifts by a factor of two within minutes, which then meets every size.
/// </remarks>
internal static class Scaling
{
    private const int Width = 64, MeanDegree = 16, Smallest = 1 << 20, Largest = 64 << 20;
    private const double Allowed = 1.5;

    /// <summary>Prints a line for each size, and the ratio of the largest and the smallest time per edge among the sizes past the last cache.</summary>
    /// <param name="threads">Threads.</param>
    /// <param name="cache">Bytes of the last cache. Sizes count from four times as much on: most gathers miss it then.</param>
    /// <param name="to">Where to.</param>
    public static void Print(int threads, long cache, TextWriter to)
    {
        using var cpu = new CpuDevice(threads);
        List<(int Nodes, SumPass Pass)> cases = [];
        for (var edges = Smallest; edges <= Largest; edges *= 2) cases.Add((edges / MeanDegree, new SumPass(cpu, Graph(edges / MeanDegree), Width)));
        var laps = new Race(BudgetSeconds: 120).Run([.. cases.Select(c => (Action)c.Pass.Run)]);
        var (least, most) = (double.PositiveInfinity, 0.0);
        for (var i = 0; i < cases.Count; i++)
        {
            var (bytes, edges) = (4L * Width * cases[i].Nodes, (long)MeanDegree * cases[i].Nodes);
            var perEdge = 1e6 * laps[i].Milliseconds / edges;
            var counts = bytes >= 4 * cache;
            if (counts) (least, most) = (Math.Min(least, perEdge), Math.Max(most, perEdge));
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{edges,10} edges, {1e-6 * bytes,6:F0} MB gathered from: {perEdge,6:F2} ns an edge, {1e6 * laps[i].Best / edges,6:F2} at best{(counts ? "" : ", within the cache")}"));
            cases[i].Pass.Dispose();
        }
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"past the cache, {threads} threads: {most / least:F2} times as long at most, {Allowed} allowed"));
    }

    private static GraphRecipe Graph(int nodes) => new("scaling", nodes, nodes * (MeanDegree / 2), Width, 0, GraphRecipe.Products.Seed);
}
