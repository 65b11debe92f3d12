using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>Every layer learns, each <paramref name="Decay"/> times as fast as the one above it.</summary>
/// <param name="LearningRate">The top layer's peak learning rate.</param>
/// <param name="Decay">The rate of a layer ÷ the rate of the layer above it, 0 to 1.</param>
/// <param name="WeightDecay">Decoupled weight decay of all layers.</param>
/// <remarks>Howard and Ruder 2018, arXiv:1801.06146, section 3.2, whose factor is 1/2.6.</remarks>
public sealed record LayerwiseDecay(float LearningRate = 1e-3f, float Decay = 1 / 2.6f, float WeightDecay = 0.01f) : IStrategy
{
    /// <inheritdoc/>
    public IEnumerable<ParameterGroup> Groups(Module model, int epoch) =>
        ModelParts.Of(model).TopDown.Select((layer, depth) =>
            new ParameterGroup(layer.Name, model.Select(layer.Glob), LearningRate * MathF.Pow(Decay, depth)) { WeightDecay = WeightDecay });
}
