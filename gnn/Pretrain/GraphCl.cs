namespace GraphTune.Gnn.Pretrain;

/// <summary>Tells which of many views is of the same graph, or of the same node: two views of each should be alike, and unlike those of others.</summary>
/// <remarks>
/// You et al. 2020, "Graph contrastive learning with augmentations" (GraphCL), arXiv:2010.13902: two random changes of every graph of a batch,
/// the mean over nodes, a perceptron of two layers, and the normalised temperature-scaled cross-entropy (NT-Xent) of eq. 3, taken from either
/// view. On one graph the same is asked of nodes, of <see cref="Anchors"/> of those in both views. Scores are anchors × anchors at most.
/// </remarks>
public sealed record GraphCl : IPretext
{
    /// <inheritdoc/>
    public string Name => "graphcl";

    /// <summary>What views differ by: each view draws one of them in every step.</summary>
    public IReadOnlyList<Augmentation> Augmentations { get; init; } = [new NodeDropping(), new EdgePerturbation(), new NodeMasking(), new Subgraph()];

    /// <summary>τ: the smaller, the more the most similar others count.</summary>
    public float Temperature { get; init; } = 0.2f;

    /// <summary>Nodes of one graph that a step compares, drawn anew.</summary>
    public int Anchors { get; init; } = 1024;

    /// <inheritdoc/>
    public PretextModel Around(GraphEncoder encoder, PretextData data, ulong seed)
    {
        if (Augmentations.Count == 0 || !(Temperature > 0f) || Anchors < 2) throw new InvalidDataException($"{Name}: needs augmentations, a temperature above 0 and 2 anchors at least; there are {Augmentations.Count}, {Temperature} and {Anchors}");
        return new GraphClModel(this, encoder, data, seed);
    }
}
