namespace GraphTune.Gnn.Pretrain;

/// <summary>How a context graph's anchors are compared with the centre of a neighbourhood.</summary>
public enum ContextMode
{
    /// <summary>Their mean is, once: the published encoders' way.</summary>
    Cbow,

    /// <summary>Each of them is.</summary>
    SkipGram,
}

/// <summary>Tells which surroundings belong to a node's neighbourhood, so that nodes with like surroundings get like embeddings.</summary>
/// <remarks>
/// <para>Hu et al. 2020, arXiv:1905.12265, section 3.1.1 and appendix. In each graph a centre is drawn. Its neighbourhood, up to K hops, goes through the
/// encoder; the context graph, more than r₁ and up to r₂ hops away, through a second one of r₂ − r₁ layers and fresh weights, which is thrown away
/// afterwards. Anchors, the nodes in both, are compared with the centre by an inner product and binary cross-entropy: 1 for the own context, 0 for those of
/// other graphs, which are the batch's own, rotated. Graphs without a context are left out of a step; with fewer than two its loss is 0.</para>
/// <para>The loss is the mean over all pairs: the paper's sum of two means, divided by 1 + <see cref="Negatives"/>.</para>
/// <para>Distances count edges in their direction towards the centre. Host work of a step is linear in the batch's nodes and edges.</para>
/// </remarks>
public sealed record ContextPrediction : IPretext
{
    /// <inheritdoc/>
    public string Name => "context-prediction";

    /// <summary>K: hops of a neighbourhood, as many as the encoder has layers.</summary>
    public int Neighbourhood { get; init; } = 5;

    /// <summary>r₁: a context begins one hop beyond; 0 or more, below <see cref="Neighbourhood"/>, so that the two overlap.</summary>
    public int ContextFrom { get; init; } = 4;

    /// <summary>r₂: where a context ends, above <see cref="ContextFrom"/>.</summary>
    public int ContextTo { get; init; } = 7;

    /// <summary>Contexts of other graphs that a neighbourhood is told from, at least 1; fewer where a batch has fewer.</summary>
    public int Negatives { get; init; } = 1;

    /// <summary>What is compared.</summary>
    public ContextMode Mode { get; init; } = ContextMode.Cbow;

    /// <inheritdoc/>
    public PretextModel Around(GraphEncoder encoder, PretextData data, ulong seed)
    {
        if (ContextFrom < 0 || ContextFrom >= Neighbourhood || ContextFrom >= ContextTo) throw new InvalidDataException($"{Name}: a neighbourhood of {Neighbourhood} hops and a context from {ContextFrom} to {ContextTo}; the context must begin within the neighbourhood, from 0 on, and end after it begins");
        if (Negatives < 1) throw new InvalidDataException($"{Name}: {Negatives} negatives; at least 1 is needed");
        if (data.Graphs is null) throw new InvalidDataException($"{Name}: {data.Name} is one graph; it is set on many graphs, whose contexts are told apart");
        return new ContextPredictionModel(this, encoder, data, seed);
    }
}
