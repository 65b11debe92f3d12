using GraphTune.Engine;
using static GraphTune.Tests.NpyBuilder;

namespace GraphTune.Tests;

/// <summary>A data file of 90 nodes in 3 classes with two splits, small enough to train on in a test; and the same file spoilt.</summary>
internal static class SmallGraph
{
    public const int Nodes = 90, Classes = 3, TrainRows = 15, ValidationRows = 30;

    /// <summary>Writes the file.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="name">The data set's name.</param>
    /// <param name="features">Features of a node.</param>
    /// <param name="spoil">Changes the arrays before they are written.</param>
    public static string Write(TempFolder folder, string name = "small", int features = 6, Action<Dictionary<string, byte[]>>? spoil = null)
    {
        var arrays = Arrays(features);
        spoil?.Invoke(arrays);
        return Npz(folder.At($"{name}.npz"), arrays);
    }

    /// <summary>Node features in which class c stands out in column c.</summary>
    public static float[] Features(int nodes, int columns)
    {
        var rng = new Rng(5);
        return [.. Enumerable.Range(0, nodes * columns).Select(i => rng.NextSingle() + (i % columns == i / columns % Classes ? 0.8f : 0f))];
    }

    /// <summary>Whether a node is a training node of a split, from 0.</summary>
    public static bool Trains(int split, int node) => Place(split, node) < TrainRows;

    /// <summary>Which nodes are part of something, for both splits.</summary>
    public static byte[] Masks(Func<int, int, bool> holds) =>
        Npy("|b1", $"(2, {Nodes})", [.. Enumerable.Range(0, 2 * Nodes).Select(i => holds(i / Nodes, i % Nodes))]);

    // Node i is of class i mod 3, so every run of rows holds all classes.
    private static Dictionary<string, byte[]> Arrays(int features)
    {
        var rng = new Rng(6);
        var edges = Enumerable.Range(0, 300).SelectMany(_ => Edge(rng)).ToArray();
        return new()
        {
            ["node_features"] = FloatTable(Nodes, features, Features(Nodes, features)),
            ["node_labels"] = Ints([.. Enumerable.Range(0, Nodes).Select(i => i % Classes)]),
            ["edges"] = IntTable(300, 2, edges),
            ["train_masks"] = Masks(Trains),
            ["val_masks"] = Masks((split, node) => Place(split, node) is >= TrainRows and < TrainRows + ValidationRows),
            ["test_masks"] = Masks((split, node) => Place(split, node) >= TrainRows + ValidationRows),
        };
    }

    private static int Place(int split, int node) => (node + 30 * split) % Nodes;

    private static int[] Edge(Rng rng)
    {
        var from = rng.Next(Nodes);
        return [from, rng.Next(4) == 0 ? rng.Next(Nodes) : (from + Classes * rng.Next(Nodes / Classes)) % Nodes];
    }
}
