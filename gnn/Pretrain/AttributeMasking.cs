using GraphTune.Gnn.Models;

namespace GraphTune.Gnn.Pretrain;

/// <summary>Hides what some nodes are, and asks for it back from their neighbourhood: which atom, and, if wanted, which bonds it had.</summary>
/// <remarks>
/// <para>Hu et al. 2020, arXiv:1905.12265, section 3.1.2 and appendix: 1 + ⌊share·n⌋ of a molecule's n atoms get the mask's code, the last row of the
/// encoder's table, and chirality 0; a linear map of the embedding is compared with the atom by cross-entropy. A bond of a hidden atom gets the last
/// row of its own table and is predicted from the sum of its ends' embeddings; the two losses are added.</para>
/// <para>For an encoder of features the analogue: nodes must have one-hot rows, hidden rows become zeros, and the place of the one is asked for.</para>
/// <para>What is hidden is drawn anew in every step. The paper's run: no dropout, batches of 256, rate 1e-3, 100 epochs.</para>
/// </remarks>
public sealed record AttributeMasking : IPretext
{
    /// <inheritdoc/>
    public string Name => "attribute-masking";

    /// <summary>Share of a graph's nodes that are hidden, 0 to 1; at least one is.</summary>
    public float Share { get; init; } = 0.15f;

    /// <summary>Whether bonds of hidden atoms are hidden and asked for too; the published encoders hid atoms alone. For molecules only.</summary>
    public bool Bonds { get; init; }

    /// <inheritdoc/>
    public PretextModel Around(GraphEncoder encoder, PretextData data, ulong seed)
    {
        if (!(Share is >= 0f and <= 1f)) throw new InvalidDataException($"{Name}: the share {Share} must be from 0 to 1");
        if (data.Graphs is null) throw new InvalidDataException($"{Name}: {data.Name} is one graph; it is set on many graphs with codes or one-hot features, masked-features on one");
        return encoder switch
        {
            MolecularEncoder molecular => new AttributeMaskingModel(this, molecular, data, seed),
            _ when Bonds => throw new InvalidDataException($"{Name}: bonds are hidden for an encoder of molecules only"),
            _ => new AttributeMaskingModel(this, encoder, data, seed),
        };
    }
}
