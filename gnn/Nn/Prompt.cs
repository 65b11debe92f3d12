using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>What is learnt and added to every node's features: one vector, or a mixture of several that each node chooses for itself. Parameters: <c>basis</c>[k, width], and <c>score</c>[k, width] where k > 1.</summary>
/// <remarks>
/// xᵢ + Σⱼ αᵢⱼ·pⱼ, αᵢⱼ = softmaxⱼ ⟨aⱼ, xᵢ⟩; with k = 1, xᵢ + p. Fang et al. 2023, arXiv:2209.15240, section 3.3: GPF, and GPF-plus.
/// The basis starts from zeros, so that features are the same at first; the scores are drawn.
/// </remarks>
public sealed class Prompt : TensorModule
{
    private readonly Parameter basis;
    private readonly Parameter? score;

    /// <summary>A prompt that changes nothing at first.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="vectors">k, at least 1.</param>
    /// <param name="width">Columns of x.</param>
    /// <param name="rng">Draws the scores.</param>
    public Prompt(Device device, int vectors, int width, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vectors, 1);
        basis = Add("basis", Init.Constant(device, new Shape(vectors, width), 0f));
        if (vectors > 1) score = Add("score", Init.Glorot(device, new Shape(vectors, width), rng));
    }

    /// <summary>y[n, width].</summary>
    /// <param name="x">Node features x[n, width].</param>
    public override Var Forward(Var x) => score is null
        ? x + x.Tape.Input(basis).Reshape(basis.Count)
        : x + x.Linear(score).Softmax().MatMul(basis);
}
