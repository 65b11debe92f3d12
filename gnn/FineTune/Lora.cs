using GraphTune.Engine;
using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>Every linear map of the encoder gets a low-rank part, s·B·A with s = α ÷ rank, which learns in its place; the head learns whole.</summary>
/// <param name="Rank">Rows of A, at least 1.</param>
/// <param name="Alpha">α.</param>
/// <param name="LearningRate">The peak learning rate of A and B.</param>
/// <param name="HeadRate">The head's.</param>
/// <param name="WeightDecay">Decoupled weight decay of both.</param>
/// <remarks>
/// Hu et al. 2022, arXiv:2106.09685. At the end the parts are merged into the maps: the model has the parts it had before, and its file loads anywhere.
/// </remarks>
public sealed record Lora(int Rank = 8, float Alpha = 16f, float LearningRate = 1e-3f, float HeadRate = 1e-3f, float WeightDecay = 0f) : IStrategy
{
    private const uint Stream = 0x4C6F;

    /// <summary>Names A's first values.</summary>
    public ulong Seed { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ParameterGroup> Groups(Module model, int epoch)
    {
        var parts = ModelParts.Of(model);
        return
        [
            new("head", parts.Head, HeadRate) { WeightDecay = WeightDecay },
            new("lora", parts.Encoder.Where(p => p.Path.EndsWith(".lora_A", StringComparison.Ordinal) || p.Path.EndsWith(".lora_B", StringComparison.Ordinal)), LearningRate) { WeightDecay = WeightDecay },
        ];
    }

    /// <inheritdoc/>
    public void Prepare(Module model)
    {
        var (parts, rng) = (ModelParts.Of(model), new Rng(Seed, Stream));
        foreach (var (path, module) in model.Modules)
            if (module is Linear { LoraRank: 0 } map && !parts.IsHead($"{path}.weight")) map.AddLora(Rank, Alpha / Rank, rng);
    }

    /// <inheritdoc/>
    public void Finish(Module model)
    {
        foreach (var (_, module) in model.Modules) (module as Linear)?.MergeLora();
    }
}
