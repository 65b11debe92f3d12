namespace GraphTune.Gnn.Pretrain;

/// <summary>Tells whether a node belongs to a summary of a graph: embeddings then carry what is common to the graph.</summary>
/// <remarks>
/// Veličković et al. 2019, "Deep Graph Infomax", arXiv:1809.10341: D(h, s) = σ(hᵀ·W·s) with s = σ(mean of h), against the same graph with the
/// rows of its features shuffled (section 3.4). In a batch of graphs a node is told from the summary of the next graph instead, as Hu et al.
/// 2020 (arXiv:1905.12265) have it for molecules.
/// </remarks>
public sealed record DeepGraphInfomax : IPretext
{
    /// <inheritdoc/>
    public string Name => "dgi";

    /// <inheritdoc/>
    public PretextModel Around(GraphEncoder encoder, PretextData data, ulong seed) => new DeepGraphInfomaxModel(encoder, data, seed);
}
