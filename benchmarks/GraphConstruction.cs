using System.Globalization;
using GraphTune.Engine;
using GraphTune.Gnn;

namespace GraphTune.Benchmarks;

/// <summary>How long a graph of edges in random order takes to become sorted both ways, by number of threads.</summary>
internal static class GraphConstruction
{
    private const int Repeats = 12;

    /// <summary>Prints a line for one thread and one for all.</summary>
    /// <param name="edges">Directed edges between a twentieth as many nodes.</param>
    /// <param name="to">Where to.</param>
    public static void Print(int edges, TextWriter to)
    {
        var nodes = edges / 20;
        var random = new XorShift64(7);
        int[] source = new int[edges], target = new int[edges];
        for (var k = 0; k < edges; k++) (source[k], target[k]) = (random.NextBelow(nodes), random.NextBelow(nodes));
        foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            using var cpu = new CpuDevice(threads);
            var graph = Best(() => Graph.From(cpu, nodes, source, target).Dispose());
            var sort = Best(() => HostCsr.From(nodes, nodes, target, source, cpu));
            var sorted = HostCsr.From(nodes, nodes, target, source, cpu);
            var turn = Best(() => sorted.Transposed(cpu));
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{edges} edges, {threads} threads: graph {graph:0} ms, of which COO to CSR {sort:0} ms, transpose {turn:0} ms"));
        }
    }

    private static double Best(Action run)
    {
        var best = double.PositiveInfinity;
        for (var i = 0; i < Repeats; i++)   // the first ones also compile
        {
            var start = Machine.Now;
            run();
            best = Math.Min(best, Machine.Now - start);
        }
        return 1e3 * best;
    }
}
