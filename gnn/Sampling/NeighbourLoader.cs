using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Sampling;

/// <summary>An endless row of sampled batches, pass after pass over some nodes of a large graph; the next ones are made on another thread meanwhile.</summary>
/// <remarks>
/// Batch number b of a run draws with the step b, so the same seed gives the same batches whatever the threads. The graph and its features
/// stay on the host. A batch is valid until the next one is asked for.
/// </remarks>
public sealed class NeighbourLoader : IDisposable
{
    private const uint FirstOrder = 1 << 21;
    private readonly Device device;
    private readonly NodeDataset data;
    private readonly NeighbourSampler sampler;
    private readonly Passes passes;
    private readonly Action<IReadOnlyList<Block>>? prepare;
    private readonly MadeAhead<NodeBatch> batches;
    private readonly bool repeats;   // whether a node may be drawn twice

    /// <summary>Batches of some nodes of a graph.</summary>
    /// <param name="device">Where batches are used.</param>
    /// <param name="data">The graph, features and labels.</param>
    /// <param name="nodes">The nodes to be scored, each once a pass.</param>
    /// <param name="sampling">How many neighbours are drawn.</param>
    /// <param name="options">Batch size and order; its seed names the order, the sampler's the draws.</param>
    /// <param name="pattern">The graph's pattern where it is known already; else it is made of the edges.</param>
    /// <param name="prepare">Asks a batch's blocks for what the model will ask, so that it is made ahead; null where that may wait.</param>
    /// <exception cref="InvalidDataException">There are no nodes, or an option is out of range.</exception>
    public NeighbourLoader(Device device, NodeDataset data, ReadOnlySpan<int> nodes, SamplerOptions sampling, LoaderOptions? options = null, HostCsr? pattern = null, Action<IReadOnlyList<Block>>? prepare = null)
    {
        options ??= new();
        (this.device, this.data, this.prepare, repeats) = (device, data, prepare, options.Sampling != ClassSampling.Natural);
        passes = new Passes(data.Name, "nodes", nodes.ToArray(), options, FirstOrder, node => data.Labels[node]);
        sampler = new NeighbourSampler(device, pattern ?? NeighbourSampler.PatternOf(device, data.Edges), sampling);
        batches = new MadeAhead<NodeBatch>(Make, options.Ahead);
    }

    /// <summary>Batches of one pass.</summary>
    public int Batches => passes.Batches;

    /// <summary>The next batch. The one before is disposed of.</summary>
    /// <exception cref="InvalidDataException">A node is out of range or given twice.</exception>
    public NodeBatch Next() => batches.Next();

    private Func<NodeBatch> Make(long number)
    {
        var draws = passes.Batch(number);
        var seeds = repeats ? [.. draws.Distinct()] : draws;   // what is drawn twice is sampled and scored once
        var blocks = sampler.Sample(seeds, (uint)number);
        var features = FeatureRows.Of(data.Features, blocks[0].Sources, device.Host);
        var labels = Array.ConvertAll(draws, node => data.Labels[node]);
        var drawn = seeds.Length == draws.Length ? null : Places(draws, seeds);
        return MadeAhead<NodeBatch>.On(device, () =>
        {
            var made = new NodeBatch(device, blocks, seeds, features, labels, drawn);
            prepare?.Invoke(made.Blocks);
            return made;
        });
    }

    private static int[] Places(int[] draws, int[] seeds)
    {
        var place = seeds.Select((seed, i) => (seed, i)).ToDictionary(p => p.seed, p => p.i);
        return Array.ConvertAll(draws, node => place[node]);
    }

    /// <summary>Ends the other thread and returns all memory to the pool.</summary>
    public void Dispose() => batches.Dispose();
}
