namespace GraphTune.Gnn.Pretrain;

/// <summary>Tells edges from pairs of nodes drawn at random, by the inner product of the two nodes' projected embeddings.</summary>
/// <remarks>
/// Kipf and Welling 2016, "Variational graph auto-encoders", arXiv:1611.07308, without the variational part; with negative samples.
/// Each step draws as many edges as pairs, anew. A drawn pair may happen to be an edge; on a sparse graph that is rare.
/// </remarks>
public sealed record EdgePrediction : IPretext
{
    /// <inheritdoc/>
    public string Name => "edge-prediction";

    /// <summary>Edges drawn in a step, and random pairs likewise.</summary>
    public int Pairs { get; init; } = 10_000;

    /// <inheritdoc/>
    public PretextModel Around(GraphEncoder encoder, PretextData data, ulong seed) => new EdgePredictionModel(this, encoder, data, seed);
}
