using System.Globalization;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Data;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>What an order of the nodes does to sum aggregation: the time of one pass, and of finding the order.</summary>
internal static class Reordering
{
    private const int Width = 64, CommunitySize = 128, PerNode = 14;

    /// <summary>Prints a line for each order of two graphs: the power-law graph of arxiv's sizes, and communities whose nodes are shuffled.</summary>
    public static void Print(TextWriter to)
    {
        var arxiv = SyntheticGraph.Generate(GraphRecipe.Arxiv);
        var (source, target) = arxiv.Coordinates();
        Print("arxiv", new EdgeList(arxiv.Recipe.Nodes, Array.ConvertAll(source, i => (int)i), Array.ConvertAll(target, i => (int)i)), to);
        Print("communities", Communities(GraphRecipe.Arxiv.Nodes), to);
    }

    private static void Print(string name, EdgeList edges, TextWriter to)
    {
        using var cpu = new CpuDevice();
        (string Name, Func<NodeOrder?> Of)[] orders =
            [("as given", () => null), ("degree", () => NodeOrder.ByDegree(edges)), ("reverse Cuthill-McKee", () => NodeOrder.ReverseCuthillMcKee(edges)), ("community", () => NodeOrder.ByCommunity(edges))];
        double given = 0;
        foreach (var (what, of) in orders)
        {
            var start = Machine.Now;
            var order = of();
            var finding = Machine.Now - start;
            var pass = Pass(cpu, order?.Apply(edges) ?? edges);
            if (order is null) given = pass;
            to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}, {edges.Count} edges, width {Width}, {what}: {pass:0.00} ms a pass, {given / pass:0.00} of as given; found in {1e3 * finding:0} ms"));
        }
    }

    private static double Pass(CpuDevice cpu, EdgeList edges)
    {
        using var graph = Graph.From(cpu, edges);
        using var x = Tensor.From(cpu, new Shape(edges.Nodes, Width), GraphRecipe.Arxiv.Dense(Width).AsSpan(0, edges.Nodes * Width));
        using var y = new Tensor(cpu, x.Shape);
        var pass = new SpMM(graph.In, x, y);
        var best = double.PositiveInfinity;
        for (var i = 0; i < 30; i++)
        {
            var start = Machine.Now;
            cpu.Run(pass);
            best = Math.Min(best, Machine.Now - start);
        }
        return 1e3 * best;
    }

    private static EdgeList Communities(int nodes)
    {
        var random = new XorShift64(11);
        int[] name = [.. Enumerable.Range(0, nodes)];
        for (var i = nodes - 1; i > 0; i--)
        {
            var j = random.NextBelow(i + 1);
            (name[i], name[j]) = (name[j], name[i]);
        }
        int[] source = new int[nodes * PerNode / 2], target = new int[source.Length];
        for (var k = 0; k < source.Length; k++)
        {
            var a = random.NextBelow(nodes);
            var b = k % 10 == 0 ? random.NextBelow(nodes) : Math.Min(nodes - 1, a / CommunitySize * CommunitySize + random.NextBelow(CommunitySize));
            (source[k], target[k]) = (name[a], name[b]);
        }
        return new EdgeList(nodes, source, target).Undirected();
    }
}
