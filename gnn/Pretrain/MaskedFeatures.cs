namespace GraphTune.Gnn.Pretrain;

/// <summary>How far a reconstruction is from the features.</summary>
public enum ReconstructionError
{
    /// <summary>(1 − cos)^γ: only the direction counts, which suits counts and bags of words.</summary>
    ScaledCosine,
    /// <summary>The mean of squared differences: suits measurements.</summary>
    MeanSquared,
}

/// <summary>Hides the features of some nodes behind a learnt token, and asks for them back from the neighbourhood.</summary>
/// <remarks>
/// Hou et al. 2022, "GraphMAE", arXiv:2205.10803: hidden nodes get a token before the encoder and zeros after it, a decoder of one
/// convolution reconstructs, and only hidden nodes count. Which nodes are hidden is drawn anew in every step.
/// </remarks>
public sealed record MaskedFeatures : IPretext
{
    /// <inheritdoc/>
    public string Name => "masked-features";

    /// <summary>Share of nodes that are hidden, between 0 and 1; at least one node is hidden and one is not.</summary>
    public float Share { get; init; } = 0.5f;

    /// <summary>The error.</summary>
    public ReconstructionError Error { get; init; } = ReconstructionError.ScaledCosine;

    /// <summary>The power of the scaled cosine error, 1 or more.</summary>
    public int Gamma { get; init; } = 2;

    /// <inheritdoc/>
    public PretextModel Around(GraphEncoder encoder, PretextData data, ulong seed) => encoder is Encoder plain && data.Features > 0
        ? new MaskedFeaturesModel(this, plain, data, seed)
        : throw new InvalidDataException($"{Name}: {data.Name} needs node features and an encoder of features; codes of atoms and bonds are masked by attribute-masking");
}
