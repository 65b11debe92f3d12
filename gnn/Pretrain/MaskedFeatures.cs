namespace GraphTune.Gnn.Pretrain;

/// <summary>How far a reconstruction is from the features.</summary>
public enum ReconstructionError
{
    /// <summary>(1 − cos)^γ: only the direction counts, which suits counts and bags of words.</summary>
    ScaledCosine,
    /// <summary>The mean of squared differences: suits measurements.</summary>
    MeanSquared,
}

/// <summary>What reconstructs features from embeddings.</summary>
public enum FeatureDecoder
{
    /// <summary>One linear map of the node's own embedding, which then is not zeroed: there is nothing else to look at.</summary>
    Linear,
    /// <summary>One graph convolution (Kipf and Welling 2017).</summary>
    Gcn,
    /// <summary>One layer of graph attention with one head (Veličković et al. 2018).</summary>
    Gat,
    /// <summary>A perceptron of two layers on the sum of a node and its neighbours (Xu et al. 2019).</summary>
    Gin,
}

/// <summary>Hides the features of some nodes behind a learnt token, and asks for them back from the neighbourhood.</summary>
/// <remarks>
/// Hou et al. 2022, "GraphMAE", arXiv:2205.10803: hidden nodes get a token before the encoder and zeros after it, a decoder of one
/// convolution reconstructs, and only hidden nodes count. Which nodes are hidden is drawn anew in every step. The published settings are
/// for Cora γ = 3 and noise 0.05, for CiteSeer γ = 1 and noise 0.1, with attention on both sides.
/// </remarks>
public sealed record MaskedFeatures : IPretext
{
    /// <inheritdoc/>
    public string Name => "masked-features";

    /// <summary>Share of nodes that are hidden, between 0 and 1; at least one node is hidden and one is not.</summary>
    public float Share { get; init; } = 0.5f;

    /// <summary>Share of the hidden nodes that show another node's features instead of the token, 0 to below 1: what the encoder will meet later has no tokens.</summary>
    public float Noise { get; init; }

    /// <summary>What reconstructs; null for <see cref="FeatureDecoder.Gat"/> where the encoder attends, <see cref="FeatureDecoder.Gin"/> where it is a GIN, else <see cref="FeatureDecoder.Gcn"/>.</summary>
    public FeatureDecoder? Decoder { get; init; }

    /// <summary>Share of the decoder's input that is dropped, 0 to below 1, in place of the dropout after the encoder's last layer; null for the latter.</summary>
    public float? DecoderDropout { get; init; }

    /// <summary>The error.</summary>
    public ReconstructionError Error { get; init; } = ReconstructionError.ScaledCosine;

    /// <summary>The power of the scaled cosine error, 1 or more.</summary>
    public int Gamma { get; init; } = 2;

    /// <summary>What a reconstruction's length counts as at least in the scaled cosine error, 0 or more.</summary>
    /// <remarks>
    /// A hidden node that sees no visible neighbour is reconstructed by the decoder's bias alone, which begins at 0. With 10⁻¹², as in the authors' program,
    /// that row has a slope of 10¹², and Adam hardly moves the bias after it: the published settings want it. Elsewhere it may do great harm (<c>README.md</c>, Decisions).
    /// </remarks>
    public float Epsilon { get; init; }

    /// <inheritdoc/>
    public PretextModel Around(GraphEncoder encoder, PretextData data, ulong seed)
    {
        if (encoder is not Encoder plain || data.Features == 0)
            throw new InvalidDataException($"{Name}: {data.Name} needs node features and an encoder of features; codes of atoms and bonds are masked by attribute-masking");
        if (!(Share is > 0f and < 1f) || !(Noise is >= 0f and < 1f) || Gamma < 1)
            throw new InvalidDataException($"{Name}: share {Share} must be between 0 and 1, noise {Noise} from 0 to below 1, gamma {Gamma} at least 1");
        if (!(Epsilon is >= 0f and < 1f)) throw new InvalidDataException($"{Name}: epsilon {Epsilon} must be from 0 to below 1");
        if (DecoderDropout is not (null or (>= 0f and < 1f))) throw new InvalidDataException($"{Name}: decoder dropout {DecoderDropout} must be from 0 to below 1");
        return new MaskedFeaturesModel(this, plain, data, seed);
    }

    internal FeatureDecoder DecoderFor(ConvolutionKind convolution) => Decoder ?? convolution switch
    {
        ConvolutionKind.Gat or ConvolutionKind.Gatv2 => FeatureDecoder.Gat,
        ConvolutionKind.Gin => FeatureDecoder.Gin,
        _ => FeatureDecoder.Gcn,
    };
}
