using GraphTune.Engine;
using GraphTune.Gnn.Optim;

namespace GraphTune.Gnn.FineTune;

/// <summary>GPF: a learnt vector is added to every node's features, or to the embedded atoms; it learns, and the head, and nothing else.</summary>
/// <param name="Vectors">1 for GPF; more for GPF-plus, where each node mixes them by its features.</param>
/// <param name="LearningRate">The prompt's peak learning rate.</param>
/// <param name="HeadRate">The head's.</param>
/// <param name="WeightDecay">Decoupled weight decay of both.</param>
/// <remarks>Fang et al. 2023, arXiv:2209.15240. The prompt stays in the model, and in its file (<see cref="Checkpoint"/>).</remarks>
public sealed record GraphPrompt(int Vectors = 1, float LearningRate = 1e-3f, float HeadRate = 1e-3f, float WeightDecay = 0f) : IStrategy
{
    private const uint Stream = 0x5072;

    /// <summary>Names the first scores of GPF-plus.</summary>
    public ulong Seed { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ParameterGroup> Groups(Module model, int epoch) => AddedGroups.Of(model, "prompt", LearningRate, HeadRate, WeightDecay);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The model has no encoder that takes a prompt.</exception>
    public void Prepare(Module model) => AddedGroups.Encoder(model, nameof(GraphPrompt)).AddPrompt(Vectors, new Rng(Seed, Stream));
}
