using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn.Sampling;

/// <summary>Some nodes of a large graph with what a model needs to score them, on a device.</summary>
public sealed class NodeBatch : IDisposable
{
    internal NodeBatch(Device device, BlockParts[] blocks, int[] seeds, Tensor features, int[] labels, int[]? drawn = null)
    {
        Seeds = seeds;
        Blocks = [.. blocks.Select(parts => new Block(device, parts))];
        Features = features.MovedTo(device);
        Labels = Indices.From(device, labels);
        Drawn = drawn is null ? null : RowIndex.From(device, drawn, seeds.Length);
    }

    /// <summary>The nodes that are scored.</summary>
    public IReadOnlyList<int> Seeds { get; }

    /// <summary>The edges, one graph for each layer, the first layer's first.</summary>
    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>x[sources,f], the features of the first block's sources.</summary>
    public Tensor Features { get; }

    /// <summary>The class of each seed, or of each of <see cref="Drawn"/>; −1 where it is unknown.</summary>
    public Indices Labels { get; }

    /// <summary>Where some seeds were drawn several times, the place of each draw among <see cref="Seeds"/>; null where each was drawn once.</summary>
    public RowIndex? Drawn { get; }

    /// <summary>Returns all memory to the pool.</summary>
    public void Dispose()
    {
        foreach (var block in Blocks) block.Dispose();
        Features.Dispose();
        Labels.Dispose();
        Drawn?.Dispose();
    }
}
