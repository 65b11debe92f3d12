using System.Globalization;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>Sums over in-edges from one million edges to 64 million at one mean degree: whether an edge costs the same on a large graph as on a small one.</summary>
/// <remarks>Power-law graphs without locality, as of all the peers' workloads. Two tensors of a float for each node and column are held: 2 GB at the end.</remarks>
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
        var (least, most) = (double.PositiveInfinity, 0.0);
        using var cpu = new CpuDevice(threads);
        for (var edges = Smallest; edges <= Largest; edges *= 2)
        {
            var nodes = edges / MeanDegree;
            var perEdge = 1e6 * Milliseconds(cpu, nodes) / edges;
            var counts = 4L * Width * nodes >= 4 * cache;
            if (counts) (least, most) = (Math.Min(least, perEdge), Math.Max(most, perEdge));
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{edges,10} edges, {4e-6 * Width * nodes,6:F0} MB gathered from: {perEdge,6:F2} ns an edge{(counts ? "" : ", within the cache")}"));
            cpu.Pool.Trim();
        }
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"past the cache, {threads} threads: {most / least:F2} times as long at most, {Allowed} allowed"));
    }

    private static double Milliseconds(CpuDevice cpu, int nodes)
    {
        using var a = Graph(nodes).To(cpu);
        using Tensor x = new(cpu, new Shape(nodes, Width)), y = new(cpu, new Shape(nodes, Width));
        cpu.Run(new Fill(x, 1f));
        return new Race(Wanted: 5, BudgetSeconds: 15).Run(() => cpu.Run(new SpMM(a, x, y)))[0].Milliseconds;
    }

    private static HostCsr Graph(int nodes)
    {
        var graph = SyntheticGraph.Generate(new GraphRecipe("scaling", nodes, nodes * (MeanDegree / 2), Width, 0, GraphRecipe.Products.Seed));
        return new HostCsr(graph.RowStart, graph.Column, nodes);
    }
}
