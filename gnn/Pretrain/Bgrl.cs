namespace GraphTune.Gnn.Pretrain;

/// <summary>Predicts, from one view of the graphs, what a slowly following copy of the encoder makes of another view: no node is told from others.</summary>
/// <remarks>
/// Thakoor et al. 2022, "Large-scale representation learning on graphs via bootstrapping" (BGRL), arXiv:2102.06514: loss 1 − cos(q(h₁), h₂'),
/// from either view, with a perceptron q; the copy takes no gradient, its weights become d·own + (1 − d)·the encoder's before every step
/// (the paper lets d rise to 1 towards the end; here it stays, and the rate falls instead). The copy looks as in inference: no dropout, and the running statistics of the encoder's norms. O(n) memory.
/// </remarks>
public sealed record Bgrl : IPretext
{
    /// <inheritdoc/>
    public string Name => "bgrl";

    /// <summary>The changes of the first view, all of them. None may drop nodes.</summary>
    public IReadOnlyList<Augmentation> First { get; init; } = [new EdgeDropping(0.2f), new FeatureMasking(0.2f), new NodeMasking(0.1f)];

    /// <summary>The changes of the second view.</summary>
    public IReadOnlyList<Augmentation> Second { get; init; } = [new EdgeDropping(0.4f), new FeatureMasking(0.4f), new NodeMasking(0.1f)];

    /// <summary>d: the weight of the copy's own past, 0 to below 1.</summary>
    public float Decay { get; init; } = 0.99f;

    /// <inheritdoc/>
    public PretextModel Around(GraphEncoder encoder, PretextData data, ulong seed)
    {
        if (!(Decay is >= 0f and < 1f)) throw new InvalidDataException($"{Name}: the decay {Decay} must be from 0 to below 1");
        if (First.Concat(Second).FirstOrDefault(change => change is NodeDropping or Subgraph) is { } dropping) throw new InvalidDataException($"{Name}: {dropping.GetType().Name} drops nodes, but every node is predicted; use changes of edges and attributes");
        return new BgrlModel(this, encoder, data, seed);
    }
}
