using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Tests;

/// <summary>Random graphs with codes like those of molecules: any density, several components, no order of edges, some without nodes or edges.</summary>
internal static class DrawnGraphs
{
    public const int Atoms = 6, Chiralities = 3, Bonds = 4, Directions = 3;

    public static GraphDataset Data(ulong seed, int graphs = 5, int most = 14, int least = 0)
    {
        var rng = new Rng(seed);
        List<int> nodeStart = [0], edgeStart = [0], source = [], target = [], atoms = [], bonds = [];
        for (var g = 0; g < graphs; g++)
        {
            var (nodes, spread) = (least + rng.Next(most - least), 1 + rng.Next(6));
            for (var i = 0; i < nodes; i++) atoms.AddRange([rng.Next(Atoms), rng.Next(Chiralities)]);
            (int A, int B)[] pairs = [.. from a in Enumerable.Range(0, nodes) from b in Enumerable.Range(0, a) where rng.Next(a - b == 1 ? 2 : 3 * spread) == 0 select (a, b)];
            rng.Shuffle<(int, int)>(pairs);
            foreach (var (a, b) in pairs)
            {
                var (type, direction) = (rng.Next(Bonds), rng.Next(Directions));
                source.AddRange([a, b]);
                target.AddRange([b, a]);
                bonds.AddRange([type, direction, type, direction]);
            }
            nodeStart.Add(atoms.Count / 2);
            edgeStart.Add(source.Count);
        }
        return new GraphDataset
        {
            Name = "drawn",
            NodeStart = [.. nodeStart],
            EdgeStart = [.. edgeStart],
            Source = [.. source],
            Target = [.. target],
            NodeCodes = new CodeTable(atoms.Count / 2, 2, [.. atoms]),
            EdgeCodes = new CodeTable(bonds.Count / 2, 2, [.. bonds]),
            Task = TaskKind.Binary,
            Tasks = ["a", "b"],
            Labels = [.. Enumerable.Range(0, 2 * graphs).Select(k => k % 5 == 2 ? float.NaN : rng.Next(2))],
            Classes = 2,
            Metric = "auroc",
            Provenance = "Drawn here.",
        }.Checked();
    }

    /// <summary>hops[i,j] by Floyd and Warshall, the long way.</summary>
    public static int[,] Distances(GraphDataset data, int graph)
    {
        var nodes = data.NodeStart[graph + 1] - data.NodeStart[graph];
        var hops = new int[nodes, nodes];
        for (var i = 0; i < nodes; i++)
            for (var j = 0; j < nodes; j++) hops[i, j] = i == j ? 0 : 1_000_000;
        for (var k = data.EdgeStart[graph]; k < data.EdgeStart[graph + 1]; k++)
            if (data.Source[k] != data.Target[k]) hops[data.Source[k], data.Target[k]] = 1;
        for (var via = 0; via < nodes; via++)
            for (var i = 0; i < nodes; i++)
                for (var j = 0; j < nodes; j++) hops[i, j] = Math.Min(hops[i, j], hops[i, via] + hops[via, j]);
        return hops;
    }
}
