namespace GraphTune.Gnn.Models;

/// <summary>How a <see cref="MolecularEncoder"/> passes messages.</summary>
public enum MolecularBody
{
    /// <summary>Σⱼ (hⱼ + eᵢⱼ), then a perceptron of two layers (Xu et al. 2019).</summary>
    Gin,

    /// <summary>Σⱼ (dᵢ·dⱼ)^(−1/2)·(W·hⱼ + b + eᵢⱼ) (Kipf and Welling 2017).</summary>
    Gcn,

    /// <summary>The mean of W·hⱼ + b + eᵢⱼ, divided by its Euclidean length (Hamilton, Ying and Leskovec 2017).</summary>
    GraphSage,

    /// <summary>Attention over W·hⱼ + b + eᵢⱼ, heads averaged (Veličković et al. 2018).</summary>
    Gat,
}

/// <summary>How the layers of a <see cref="MolecularEncoder"/> become one embedding. All but the first also join the atoms' own embedding.</summary>
public enum JumpingKind
{
    /// <summary>The last layer alone.</summary>
    Last,

    /// <summary>All side by side.</summary>
    Concat,

    /// <summary>The largest of each channel.</summary>
    Max,

    /// <summary>The sum.</summary>
    Sum,
}

/// <summary>All that is needed to build a <see cref="MolecularEncoder"/> again; the defaults are those of Hu et al. 2020.</summary>
public sealed record MolecularOptions
{
    /// <summary>What a checkpoint calls the encoder.</summary>
    public const string Kind = "molecular-encoder";

    /// <summary>How messages are passed.</summary>
    public MolecularBody Body { get; init; } = MolecularBody.Gin;

    /// <summary>Number of layers, at least 1.</summary>
    public int Layers { get; init; } = 5;

    /// <summary>Width of every layer.</summary>
    public int Width { get; init; } = 300;

    /// <summary>How the layers become one embedding.</summary>
    public JumpingKind Jump { get; init; } = JumpingKind.Last;

    /// <summary>Share of each layer's output dropped in training, 0 to below 1.</summary>
    public float Dropout { get; init; } = 0.5f;

    /// <summary>Heads of <see cref="MolecularBody.Gat"/>.</summary>
    public int Heads { get; init; } = 2;

    /// <summary>Rows of the table of atoms: the atomic number less one, then the mask.</summary>
    public int Atoms { get; init; } = 120;

    /// <summary>Rows of the table of chiralities.</summary>
    public int Chiralities { get; init; } = 3;

    /// <summary>Rows of the table of bonds: single, double, triple, aromatic, the self-loop, the mask.</summary>
    public int Bonds { get; init; } = 6;

    /// <summary>Rows of the table of bond directions.</summary>
    public int Directions { get; init; } = 3;

    /// <summary>Columns of a node's embedding.</summary>
    public int Outputs => Jump == JumpingKind.Concat ? (Layers + 1) * Width : Width;

    /// <summary>These options as one JSON object.</summary>
    public string ToJson() => OptionsJson.Write(new Stored(Body, Layers, Width, Jump, Dropout, Heads, Atoms, Chiralities, Bonds, Directions));

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such object, or a number is out of range.</exception>
    public static MolecularOptions FromJson(string json)
    {
        var (body, layers, width, jump, dropout, heads, atoms, chiralities, bonds, directions) = OptionsJson.Read<Stored>(json, "molecular encoder options");
        return new MolecularOptions
        {
            Body = body,
            Layers = layers,
            Width = width,
            Jump = jump,
            Dropout = dropout,
            Heads = heads,
            Atoms = atoms,
            Chiralities = chiralities,
            Bonds = bonds,
            Directions = directions,
        }.Checked();
    }

    /// <summary>Stops where a number is out of range.</summary>
    internal MolecularOptions Checked()
    {
        int[] sizes = [Layers, Width, Heads, Atoms, Chiralities, Bonds, Directions];
        if (sizes.Min() < 1) throw new InvalidDataException($"molecular encoder options: layers {Layers}, width {Width}, heads {Heads} and the tables' rows {Atoms}, {Chiralities}, {Bonds}, {Directions} must be at least 1");
        if (!(Dropout is >= 0f and < 1f)) throw new InvalidDataException($"molecular encoder options: dropout {Dropout} must be from 0 to below 1");
        return this;
    }

    // Outputs follows from the rest and is not stored.
    private sealed record Stored(MolecularBody Body, int Layers, int Width, JumpingKind Jump, float Dropout, int Heads, int Atoms, int Chiralities, int Bonds, int Directions);
}
