namespace GraphTune.Gnn;

/// <summary>The graph convolution that an <see cref="Encoder"/> stacks.</summary>
public enum ConvolutionKind
{
    /// <summary>Kipf and Welling 2017: neighbours weighted by degree.</summary>
    Gcn,
    /// <summary>Hamilton, Ying and Leskovec 2017: the node beside the mean of its neighbours.</summary>
    Sage,
    /// <summary>Xu et al. 2019: a two-layer perceptron on the sum of the node and its neighbours.</summary>
    Gin,
    /// <summary>Veličković et al. 2018: attention over neighbours and the node itself, heads side by side.</summary>
    Gat,
    /// <summary>Brody, Alon and Yahav 2022: attention whose ranking of neighbours depends on the node.</summary>
    Gatv2,
}

/// <summary>What follows each convolution, before the activation.</summary>
public enum NormKind
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Batch normalisation over the nodes.</summary>
    Batch,
    /// <summary>Layer normalisation over the features.</summary>
    Layer,
}

/// <summary>All that is needed to build an <see cref="Encoder"/> again; a checkpoint carries it as JSON.</summary>
public sealed record EncoderOptions
{
    /// <summary>What a checkpoint calls an encoder.</summary>
    public const string Kind = "encoder";

    /// <summary>Which convolution.</summary>
    public ConvolutionKind Convolution { get; init; } = ConvolutionKind.Gcn;

    /// <summary>Features of a node.</summary>
    public required int Inputs { get; init; }

    /// <summary>Width of every layer, and of the node embeddings.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Number of convolutions, at least 1.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Attention heads that a layer's width is shared by; unused by convolutions without attention.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>Share of the attention weights dropped in training, 0 to below 1.</summary>
    public float AttentionDropout { get; init; }

    /// <summary>The function between layers.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Relu;

    /// <summary>Share of the input features dropped in training, 0 to below 1.</summary>
    public float InputDropout { get; init; }

    /// <summary>Share of each activation dropped in training, 0 to below 1.</summary>
    public float Dropout { get; init; } = 0.5f;

    /// <summary>What follows each convolution.</summary>
    public NormKind Norm { get; init; } = NormKind.None;

    /// <summary>Whether the last layer ends with its norm and activation as the others do; if not, with its convolution.</summary>
    public bool ActivateLast { get; init; } = true;

    /// <summary>These options as one JSON object.</summary>
    public string ToJson() => OptionsJson.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such object, or a number is out of range.</exception>
    public static EncoderOptions FromJson(string json) => OptionsJson.Read<EncoderOptions>(json, "encoder options").Checked();

    /// <summary>Stops where a number is out of range.</summary>
    internal EncoderOptions Checked()
    {
        if (Inputs < 1 || Hidden < 1 || Layers < 1) throw new InvalidDataException($"encoder options: inputs {Inputs}, hidden {Hidden} and layers {Layers} must be at least 1");
        if (Heads < 1 || Hidden % Heads != 0) throw new InvalidDataException($"encoder options: hidden {Hidden} must be a multiple of heads {Heads}");
        if (!(InputDropout is >= 0f and < 1f) || !(Dropout is >= 0f and < 1f) || !(AttentionDropout is >= 0f and < 1f))
            throw new InvalidDataException($"encoder options: dropout {InputDropout}, {Dropout} and {AttentionDropout} must be from 0 to below 1");
        return this;
    }
}
