namespace GraphTune.Gnn;

/// <summary>What stands between node embeddings and class scores.</summary>
public enum HeadKind
{
    /// <summary>Dropout, then one linear map: <c>head.lin</c>.</summary>
    Linear,
    /// <summary>Linear, ReLU, dropout, linear: <c>head.0</c> and <c>head.3</c>, as in a PyTorch <c>Sequential</c>.</summary>
    Mlp,
    /// <summary>One more graph convolution of the encoder's kind, as in the published two-layer GCN: <c>head.conv</c>.</summary>
    Convolution,
}

/// <summary>All that is needed to build a <see cref="NodeHead"/> again.</summary>
public sealed record HeadOptions
{
    /// <summary>Which parts.</summary>
    public HeadKind Kind { get; init; } = HeadKind.Mlp;

    /// <summary>Number of classes, at least 1.</summary>
    public required int Classes { get; init; }

    /// <summary>Width between the two linear maps; unused by other kinds.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Share dropped in training before the last map, 0 to below 1; unused by a convolution.</summary>
    public float Dropout { get; init; } = 0.5f;

    internal HeadOptions Checked()
    {
        if (Classes < 1 || Hidden < 1) throw new InvalidDataException($"head options: classes {Classes} and hidden {Hidden} must be at least 1");
        if (!(Dropout is >= 0f and < 1f)) throw new InvalidDataException($"head options: dropout {Dropout} must be from 0 to below 1");
        return this;
    }
}
