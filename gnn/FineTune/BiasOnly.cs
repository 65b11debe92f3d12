using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>BitFit: of the encoder its biases learn, and the shifts of its norms; the head learns whole.</summary>
/// <param name="LearningRate">The biases' peak learning rate.</param>
/// <param name="HeadRate">The head's.</param>
/// <param name="WeightDecay">The head's decoupled weight decay; biases have none.</param>
/// <remarks>Ben-Zaken, Ravfogel and Goldberg 2022, arXiv:2106.10199. A norm whose shift learns keeps its statistics all the same: its scale is frozen.</remarks>
public sealed record BiasOnly(float LearningRate = 1e-3f, float HeadRate = 1e-3f, float WeightDecay = 0.01f) : IStrategy
{
    /// <inheritdoc/>
    public IEnumerable<ParameterGroup> Groups(Module model, int epoch)
    {
        var parts = ModelParts.Of(model);
        return
        [
            new("head", parts.Head, HeadRate) { WeightDecay = WeightDecay },
            new("biases", parts.Encoder.Where(p => p.Path == "bias" || p.Path.EndsWith(".bias", StringComparison.Ordinal)), LearningRate),
        ];
    }

    /// <inheritdoc/>
    public void Prepare(Module model) => KeepStatistics(model, true);

    /// <inheritdoc/>
    public void Finish(Module model) => KeepStatistics(model, false);

    private static void KeepStatistics(Module model, bool keep)
    {
        var parts = ModelParts.Of(model);
        foreach (var (path, module) in model.Modules)
            if (module is BatchNorm norm && !parts.IsHead($"{path}.bias")) norm.KeepsStatistics = keep;
    }
}
