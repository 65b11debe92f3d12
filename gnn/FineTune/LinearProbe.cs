using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>Only the head learns; the encoder is a fixed feature extractor, its norms' statistics fixed too.</summary>
/// <param name="LearningRate">The head's peak learning rate.</param>
/// <param name="WeightDecay">The head's decoupled weight decay.</param>
public sealed record LinearProbe(float LearningRate = 1e-2f, float WeightDecay = 0.01f) : IStrategy
{
    /// <inheritdoc/>
    public IEnumerable<ParameterGroup> Groups(Module model, int epoch) =>
        [new("head", ModelParts.Of(model).Head, LearningRate) { WeightDecay = WeightDecay }];
}
