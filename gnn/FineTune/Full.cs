using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>Every parameter learns, all at one rate.</summary>
/// <param name="LearningRate">The peak learning rate.</param>
/// <param name="WeightDecay">Decoupled weight decay (AdamW).</param>
public sealed record Full(float LearningRate = 1e-3f, float WeightDecay = 0.01f) : IStrategy
{
    /// <inheritdoc/>
    public IEnumerable<ParameterGroup> Groups(Module model, int epoch) =>
        [new("all", model.Parameters, LearningRate) { WeightDecay = WeightDecay }];
}
