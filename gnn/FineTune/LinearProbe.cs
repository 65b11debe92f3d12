using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>Only the head learns; the encoder is a fixed feature extractor, its norms' statistics fixed too.</summary>
/// <param name="LearningRate">The head's peak learning rate.</param>
/// <param name="WeightDecay">The head's decoupled weight decay.</param>
/// <param name="L2">λ of ½λ‖w‖² in the loss, over the head: unlike the decay it holds a head small whose gradients are small.</param>
public sealed record LinearProbe(float LearningRate = 1e-2f, float WeightDecay = 0.01f, float L2 = 0f) : IStrategy
{
    /// <inheritdoc/>
    public IEnumerable<ParameterGroup> Groups(Module model, int epoch) =>
        [new("head", ModelParts.Of(model).Head, LearningRate) { WeightDecay = WeightDecay }];

    /// <inheritdoc/>
    public Var? Penalty(TrainingStep step) => L2 == 0f ? null : step.HalfSquare(ModelParts.Of(step.Model).Head) * L2;
}
