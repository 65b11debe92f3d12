namespace GraphTune.Gnn;

/// <summary>All that is needed to build a <see cref="NodeClassifier"/> again; a checkpoint carries it as JSON.</summary>
public sealed record ClassifierOptions
{
    /// <summary>What a checkpoint calls a node classifier.</summary>
    public const string Kind = "node-classifier";

    /// <summary>The encoder's sizes and parts.</summary>
    public required EncoderOptions Encoder { get; init; }

    /// <summary>The head's.</summary>
    public required HeadOptions Head { get; init; }

    /// <summary>The two-layer GCN of Kipf and Welling 2017 (arXiv:1609.02907, section 5.2): 16 hidden units, dropout 0.5 before both convolutions.</summary>
    /// <param name="inputs">Features of a node.</param>
    /// <param name="classes">Number of classes.</param>
    public static ClassifierOptions KipfWelling(int inputs, int classes) => new()
    {
        Encoder = new() { Convolution = ConvolutionKind.Gcn, Inputs = inputs, Hidden = 16, Layers = 1, InputDropout = 0.5f, Dropout = 0.5f, ActivateLast = true },
        Head = new() { Kind = HeadKind.Convolution, Classes = classes },
    };

    /// <summary>The two-layer GAT of Veličković et al. 2018 (arXiv:1710.10903, section 3.3): 8 heads of 8 features, ELU, dropout 0.6 of inputs and attention, one output head.</summary>
    /// <param name="inputs">Features of a node.</param>
    /// <param name="classes">Number of classes.</param>
    public static ClassifierOptions Velickovic(int inputs, int classes) => new()
    {
        Encoder = new()
        {
            Convolution = ConvolutionKind.Gat,
            Inputs = inputs,
            Hidden = 64,
            Heads = 8,
            Layers = 1,
            InputDropout = 0.6f,
            Dropout = 0.6f,
            AttentionDropout = 0.6f,
            Activation = ActivationKind.Elu,
        },
        Head = new() { Kind = HeadKind.Convolution, Classes = classes },
    };

    /// <summary>These options as one JSON object.</summary>
    public string ToJson() => OptionsJson.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such object, or a number is out of range.</exception>
    public static ClassifierOptions FromJson(string json) => OptionsJson.Read<ClassifierOptions>(json, "classifier options");
}
