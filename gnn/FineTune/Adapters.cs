using GraphTune.Engine;
using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>A bottleneck beside each layer of the encoder learns, and the head; the encoder's own weights are frozen.</summary>
/// <param name="Bottleneck">Columns between an adapter's two maps, at least 1.</param>
/// <param name="LearningRate">The adapters' peak learning rate.</param>
/// <param name="HeadRate">The head's.</param>
/// <param name="WeightDecay">Decoupled weight decay of both.</param>
/// <remarks>
/// Li, Han and Bai 2024, arXiv:2304.09595 (AdapterGNN). Here one adapter stands beside the whole layer, from its input to before its norm; there
/// a second one starts after the message passing. The adapters stay in the model, and in its file (<see cref="Checkpoint"/>).
/// </remarks>
public sealed record Adapters(int Bottleneck = 15, float LearningRate = 1e-3f, float HeadRate = 1e-3f, float WeightDecay = 0f) : IStrategy
{
    private const uint Stream = 0x4164;

    /// <summary>What an adapter's result is multiplied by at first; it learns.</summary>
    public float Scale { get; init; } = 1f;

    /// <summary>Names the adapters' first values.</summary>
    public ulong Seed { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ParameterGroup> Groups(Module model, int epoch) => AddedGroups.Of(model, "adapters", LearningRate, HeadRate, WeightDecay);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The model has no encoder that takes adapters.</exception>
    public void Prepare(Module model) => AddedGroups.Encoder(model, nameof(Adapters)).AddAdapters(Bottleneck, Scale, new Rng(Seed, Stream));
}

/// <summary>The groups of strategies that add parts to an encoder and learn those alone.</summary>
internal static class AddedGroups
{
    public static IEnumerable<ParameterGroup> Of(Module model, string part, float rate, float headRate, float weightDecay)
    {
        var parts = ModelParts.Of(model);
        return
        [
            new("head", parts.Head, headRate) { WeightDecay = weightDecay },
            new(part, parts.Encoder.Where(p => p.Path.Split('.').Contains(part)), rate) { WeightDecay = weightDecay },
        ];
    }

    public static IAdaptable Encoder(Module model, string strategy) => model.Modules.Select(m => m.Value).OfType<IAdaptable>().FirstOrDefault()
        ?? throw new ArgumentException($"{strategy}: the {model.GetType().Name} has no encoder that takes parts; let it implement {nameof(IAdaptable)}");
}
