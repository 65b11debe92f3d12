namespace GraphTune.Gnn.Pretrain;

/// <summary>Tells edges from other pairs of nodes, by the inner product of the two nodes' projected embeddings.</summary>
/// <remarks>
/// <para>Kipf and Welling 2016, "Variational graph auto-encoders", arXiv:1611.07308, without the variational part; with negative samples.
/// On one graph each step draws as many edges as pairs, anew; a drawn pair may happen to be an edge, which on a sparse graph is rare.</para>
/// <para>On many graphs, as Hu et al. 2020, arXiv:1905.12265, compare it: all edges of the batch, and in each graph as many distinct pairs that
/// are none (or all there are), of either at most <see cref="Pairs"/>. A batch without edges has loss 0.</para>
/// </remarks>
public sealed record EdgePrediction : IPretext
{
    /// <inheritdoc/>
    public string Name => "edge-prediction";

    /// <summary>Edges of a step at most, and other pairs likewise.</summary>
    public int Pairs { get; init; } = 10_000;

    /// <inheritdoc/>
    public PretextModel Around(GraphEncoder encoder, PretextData data, ulong seed) => Pairs > 0
        ? new EdgePredictionModel(this, encoder, data, seed)
        : throw new InvalidDataException($"{Name}: {Pairs} pairs; at least 1 is needed");
}
