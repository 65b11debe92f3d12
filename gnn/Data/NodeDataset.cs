namespace GraphTune.Gnn.Data;

/// <summary>One graph with a feature row and a class for each node, on the host.</summary>
/// <remarks>Feature rows, labels and split ids all count nodes as <see cref="Edges"/> does.</remarks>
public sealed record NodeDataset
{
    /// <summary>Short name, such as <c>cora</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The edges, messages j → i.</summary>
    public required EdgeList Edges { get; init; }

    /// <summary>Node features x[n,f].</summary>
    public required FeatureMatrix Features { get; init; }

    /// <summary>The class of each node, 0 to <c>Classes - 1</c>; -1 where it is unknown.</summary>
    public required int[] Labels { get; init; }

    /// <summary>Number of classes; 0 for a graph without labels.</summary>
    public required int Classes { get; init; }

    /// <summary>The train/validation/test splits; several where the benchmark averages over them.</summary>
    public required IReadOnlyList<Split> Splits { get; init; }

    /// <summary>What published results report: <c>accuracy</c> or <c>auroc</c>.</summary>
    public string Metric { get; init; } = "accuracy";

    /// <summary>Where the data came from and how it was prepared, in a line or two.</summary>
    public required string Provenance { get; init; }

    /// <summary>Number of nodes.</summary>
    public int Nodes => Edges.Nodes;

    /// <summary>Stops, with one line, where the parts do not fit each other.</summary>
    /// <param name="place">The file, for messages; <see cref="Name"/> where null.</param>
    /// <returns>This data set.</returns>
    /// <exception cref="InvalidDataException">
    /// No nodes or features; feature rows or labels ≠ nodes; an edge, label or split row out of range; a feature that is not finite;
    /// a class with no training label in any split; a split that overlaps, repeats a node, uses an unlabelled one, or lacks a part.
    /// </exception>
    /// <remarks>O(E + stored features) work. Every reader of this room calls it before it hands data over.</remarks>
    public NodeDataset Checked(string? place = null)
    {
        new NodeDatasetCheck(this, place ?? Name).Run();
        return this;
    }
}
