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
    private readonly LoaderOptions options;
    private readonly int[] nodes;
    private readonly MadeAhead<NodeBatch> batches;
    private int[] order = [];

    /// <summary>Batches of some nodes of a graph.</summary>
    /// <param name="device">Where batches are used.</param>
    /// <param name="data">The graph, features and labels.</param>
    /// <param name="nodes">The nodes to be scored, each once a pass.</param>
    /// <param name="sampling">How many neighbours are drawn.</param>
    /// <param name="options">Batch size and order; its seed names the order, the sampler's the draws.</param>
    /// <param name="pattern">The graph's pattern where it is known already; else it is made of the edges.</param>
    /// <exception cref="InvalidDataException">There are no nodes, or an option is out of range.</exception>
    public NeighbourLoader(Device device, NodeDataset data, ReadOnlySpan<int> nodes, SamplerOptions sampling, LoaderOptions? options = null, HostCsr? pattern = null)
    {
        (this.device, this.data, this.nodes, this.options) = (device, data, nodes.ToArray(), options ??= new());
        if (options.BatchSize < 1 || options.Ahead < 1) throw new InvalidDataException($"{data.Name}: batch size {options.BatchSize} and batches ahead {options.Ahead} must be at least 1");
        if (Batches == 0) throw new InvalidDataException($"{data.Name}: {nodes.Length} nodes make no batch of {options.BatchSize}; give more nodes or smaller batches");
        sampler = new NeighbourSampler(device, pattern ?? NeighbourSampler.PatternOf(device, data.Edges), sampling);
        batches = new MadeAhead<NodeBatch>(Make, options.Ahead);
    }

    /// <summary>Batches of one pass.</summary>
    public int Batches => options.DropLast ? nodes.Length / options.BatchSize : (nodes.Length + options.BatchSize - 1) / options.BatchSize;

    /// <summary>The next batch. The one before is disposed of.</summary>
    /// <exception cref="InvalidDataException">A node is out of range or given twice.</exception>
    public NodeBatch Next() => batches.Next();

    private Func<NodeBatch> Make(long number)
    {
        var (pass, batch) = Math.DivRem(number, Batches);
        if (batch == 0) order = Order((uint)pass);
        var first = (int)batch * options.BatchSize;
        var seeds = order[first..Math.Min(first + options.BatchSize, order.Length)];
        var blocks = sampler.Sample(seeds, (uint)number);
        var features = FeatureRows.Of(data.Features, blocks[0].Sources, device.Host);
        var labels = Array.ConvertAll(seeds, node => data.Labels[node]);
        if (device.Host != device) return () => new NodeBatch(device, blocks, seeds, features, labels);
        var made = new NodeBatch(device, blocks, seeds, features, labels);
        return () => made;
    }

    private int[] Order(uint pass)
    {
        int[] shuffled = [.. nodes];
        if (options.Shuffle) new Rng(options.Seed, FirstOrder + pass).Shuffle<int>(shuffled);
        return shuffled;
    }

    /// <summary>Ends the other thread and returns all memory to the pool.</summary>
    public void Dispose() => batches.Dispose();
}
