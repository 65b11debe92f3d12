using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>Everything learns at one rate, and the bottom layer is held small by ½λ‖w‖² in the loss: the recipe that GCNs were published with.</summary>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="L2">λ, on the bottom layer only.</param>
/// <param name="Everywhere">Whether λ is on every layer, as GATs were published with (Veličković et al. 2018, section 3.3).</param>
/// <remarks>Kipf and Welling 2017, arXiv:1609.02907, section 5.2. The penalty is part of the gradient, as in Adam; it is not AdamW's decay.</remarks>
public sealed record FirstLayerL2(float LearningRate = 0.01f, float L2 = 5e-4f, bool Everywhere = false) : IStrategy
{
    /// <summary>A rate of the encoder's own, where it was pre-trained; null for the same.</summary>
    public float? EncoderRate { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ParameterGroup> Groups(Module model, int epoch)
    {
        if (EncoderRate is not { } rate) return [new("all", model.Parameters, LearningRate)];
        var parts = ModelParts.Of(model);
        return [new("head", parts.Head, LearningRate), new("encoder", parts.Encoder, rate)];
    }

    /// <inheritdoc/>
    public Var? Penalty(TrainingStep step) => step.HalfSquare(step.Model.Select(Everywhere ? "*" : ModelParts.Of(step.Model).TopDown[^1].Glob)) * L2;
}
