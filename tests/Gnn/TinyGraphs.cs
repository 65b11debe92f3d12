using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Tests;

/// <summary>Made molecules: random trees of 6 to 15 nodes of four kinds, half of them with a ring of six on top.</summary>
/// <remarks>Task 0: is there a ring? Task 1: are there more nodes of kind 1 than of kind 2? Of task 1 every third label is missing.</remarks>
internal static class TinyGraphs
{
    public const int Kinds = 4;

    public static GraphDataset Data(int graphs = 240, ulong seed = 1, TaskKind task = TaskKind.Binary)
    {
        var rng = new Rng(seed);
        List<int> nodeStart = [0], edgeStart = [0], source = [], target = [], kinds = [], bonds = [];
        List<float> labels = [];
        for (var g = 0; g < graphs; g++)
        {
            var ring = rng.Next(2) == 1;
            int tree = 6 + rng.Next(10), nodes = ring ? tree + 6 : tree, first = kinds.Count;
            for (var i = 0; i < nodes; i++) kinds.Add(rng.Next(Kinds));
            for (var i = 1; i < tree; i++) Join(i, rng.Next(i), 0);
            for (var i = tree; ring && i < nodes; i++) Join(i, i + 1 < nodes ? i + 1 : tree, 1);
            if (ring) Join(tree, 0, 2);
            nodeStart.Add(kinds.Count);
            edgeStart.Add(source.Count);
            labels.Add(ring ? 1 : 0);
            var mine = kinds[first..];
            if (task == TaskKind.Binary) labels.Add(g % 3 == 0 ? float.NaN : mine.Count(k => k == 1) > mine.Count(k => k == 2) ? 1 : 0);
        }
        int[] all = [.. Enumerable.Range(0, graphs)];
        return new GraphDataset
        {
            Name = "rings",
            NodeStart = [.. nodeStart],
            EdgeStart = [.. edgeStart],
            Source = [.. source],
            Target = [.. target],
            NodeCodes = new CodeTable(kinds.Count, 1, [.. kinds]),
            NodeFeatures = new CodeTable(kinds.Count, 1, [.. kinds]).OneHot(),
            EdgeCodes = new CodeTable(bonds.Count, 1, [.. bonds]),
            Task = task,
            Tasks = task == TaskKind.Binary ? ["ring", "more"] : ["ring"],
            Labels = [.. labels],
            Classes = task == TaskKind.Regression ? 0 : 2,
            Splits = [new Split(all[..(graphs / 2)], all[(graphs / 2)..(3 * graphs / 4)], new TestRows(all[(3 * graphs / 4)..]))],
            Metric = task switch { TaskKind.Binary => "auroc", TaskKind.MultiClass => "accuracy", _ => "rmse" },
            Provenance = "Made here.",
        }.Checked();

        void Join(int a, int b, int kind)
        {
            source.AddRange([a, b]);
            target.AddRange([b, a]);
            bonds.AddRange([kind, kind]);
        }
    }
}
