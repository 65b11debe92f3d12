using GraphTune.Autograd;
using GraphTune.Autograd.Ops;

namespace GraphTune.Gnn.FineTune;

/// <summary>DELTA: the encoder's rows stay near those that it gave before training: strength · ½ · the mean over nodes of ‖hᵢ − h⁰ᵢ‖².</summary>
/// <param name="Inner">Who learns, and how fast.</param>
/// <param name="Strength">What the distance is multiplied by.</param>
/// <remarks>
/// Li et al. 2019, arXiv:1901.09229, eq. 4, with the same attention for every channel. h⁰ costs a second forward pass a step on batches,
/// and one in all on a whole graph.
/// </remarks>
public sealed record Delta(IStrategy Inner, float Strength = 0.01f) : Penalised(Inner)
{
    /// <inheritdoc/>
    protected override Var Term(TrainingStep step) => Distance(step.Embeddings, step.StartEmbeddings) * Strength;

    internal static Var Distance(Var h, Var start)
    {
        var difference = h - start;
        return new Sum(difference * difference, Over.All, 0.5f / h.Shape[0]).Apply();
    }
}
