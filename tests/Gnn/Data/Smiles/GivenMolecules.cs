using GraphTune.Gnn.Data;

namespace GraphTune.Tests;

/// <summary>A molecule set as given: the graphs, and the SMILES of the original CSV file that each was made from.</summary>
internal sealed record GivenMolecules(GraphDataset Graphs, string[] Smiles, string[] Rejected)
{
    private static readonly Dictionary<string, string> File = new() { ["bbbp"] = "BBBP.csv", ["esol"] = "delaney-processed.csv", ["muv"] = "muv.csv.gz" };

    public static GivenMolecules Read(string name)
    {
        var folder = SharedData.At("data", "molecules", name);
        using var npz = new NpzReader(Path.Combine(folder, "graphs.npz"));
        var row = npz.Read("raw_row").ToInts();
        using var rows = new CsvRows(Path.Combine(folder, File.GetValueOrDefault(name, $"{name}.csv")));
        var column = rows.Column("smiles");
        List<string> raw = [];
        while (rows.Next()) raw.Add(rows[column]);
        return new(MoleculeReader.Read(folder), Array.ConvertAll(row, r => raw[r]), [.. Enumerable.Range(0, raw.Count).Except(row).Select(r => raw[r])]);
    }

    /// <summary>What of a graph equals what was read.</summary>
    public (bool Bonds, bool Order, bool Chirality, bool Direction) Agreement(int graph, MoleculeGraph read)
    {
        var (node, nodes) = (Graphs.NodeStart[graph], Graphs.NodeStart[graph + 1] - Graphs.NodeStart[graph]);
        var (edge, edges) = (Graphs.EdgeStart[graph], Graphs.EdgeStart[graph + 1] - Graphs.EdgeStart[graph]);
        if (read.Atoms.Rows != nodes || read.Source.Length != edges) return default;
        int[] atoms = Graphs.NodeCodes!.Values[(2 * node)..(2 * (node + nodes))], bonds = Graphs.EdgeCodes!.Values[(2 * edge)..(2 * (edge + edges))];
        int[] source = Graphs.Source[edge..(edge + edges)], target = Graphs.Target[edge..(edge + edges)];
        static int[] Column(int[] codes, int column) => [.. codes.Where((_, at) => at % 2 == column)];
        static IEnumerable<(int, int, int)> Sorted(int[] from, int[] to, int[] codes) => from.Select((s, k) => (s, to[k], codes[k])).Order();
        return (
            Column(atoms, 0).SequenceEqual(Column(read.Atoms.Values, 0)) && Sorted(source, target, Column(bonds, 0)).SequenceEqual(Sorted(read.Source, read.Target, Column(read.Bonds.Values, 0))),
            source.SequenceEqual(read.Source) && target.SequenceEqual(read.Target),
            Column(atoms, 1).SequenceEqual(Column(read.Atoms.Values, 1)),
            Sorted(source, target, Column(bonds, 1)).SequenceEqual(Sorted(read.Source, read.Target, Column(read.Bonds.Values, 1))));
    }
}
