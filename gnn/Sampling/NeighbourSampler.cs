using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Sampling;

/// <summary>How many neighbours are drawn.</summary>
public sealed record SamplerOptions
{
    /// <summary>All edges into a node.</summary>
    public const int All = -1;

    /// <summary>Edges drawn into each node, hop by hop, the one nearest the seeds first; <see cref="All"/> for all. One for each layer of the model.</summary>
    public required IReadOnlyList<int> FanOut { get; init; }

    /// <summary>Whether an edge may be drawn several times; if not, a node with fewer edges than asked for gives all it has.</summary>
    public bool Replace { get; init; }

    /// <summary>Names the draws.</summary>
    public ulong Seed { get; init; }

    internal SamplerOptions Checked() => FanOut.Count > 0 && FanOut.All(f => f is All or >= 0)
        ? this
        : throw new InvalidDataException($"sampler options: fan-out [{string.Join(", ", FanOut)}] must be one number for each layer, 0 or more, or {All} for all");
}

/// <summary>Draws the neighbourhood of some nodes from a large graph, hop by hop, as one bipartite graph for each layer of a model.</summary>
/// <remarks>
/// Hamilton, Ying and Leskovec 2017, arXiv:1706.02216, algorithm 2. Which edges are drawn into a node depends on (seed, step, hop, node) alone:
/// not on threads, not on the other nodes of the batch. O(drawn edges) work besides O(fan-out²) a node, on the host's threads; 4 bytes a node
/// of the whole graph, and 5 more for graph convolutions. One sampler serves one thread.
/// </remarks>
public sealed class NeighbourSampler
{
    private const uint FirstHop = 0x4E000000;   // of the counter's fourth word, beyond the steps that dropout counts there
    private readonly Device device;
    private readonly SamplerOptions options;
    private readonly WholeDegrees degrees;
    private readonly int[] place;               // of a node in the list being made; −1 where it is not in it

    /// <summary>A sampler.</summary>
    /// <param name="device">Whose host threads draw, and where blocks go.</param>
    /// <param name="graph">Row i lists the sources of the edges into node i, ascending.</param>
    /// <param name="options">Fan-out, replacement, seed.</param>
    /// <exception cref="InvalidDataException">The fan-out is no list of numbers of 0 or more, or the graph is not square.</exception>
    public NeighbourSampler(Device device, HostCsr graph, SamplerOptions options)
    {
        if (graph.Rows != graph.Columns) throw new InvalidDataException($"sampler: the pattern has {graph.Rows} rows and {graph.Columns} columns; one row and one column a node are needed");
        (this.device, Graph, this.options) = (device, graph, options.Checked());
        (degrees, place) = (new WholeDegrees(graph), new int[graph.Rows]);
        Array.Fill(place, -1);
    }

    /// <summary>The whole graph.</summary>
    public HostCsr Graph { get; }

    /// <summary>The pattern that a sampler reads, from edges in any order.</summary>
    public static HostCsr PatternOf(Device device, EdgeList edges) => HostCsr.From(edges.Nodes, edges.Nodes, edges.Target, edges.Source, device);

    /// <summary>Draws the neighbourhood of some nodes.</summary>
    /// <param name="seeds">Node ids, each once.</param>
    /// <param name="step">Names the draws together with the seed: another number, other neighbours.</param>
    /// <returns>One part for each layer, the model's first layer first.</returns>
    /// <exception cref="InvalidDataException">A seed is out of range or given twice.</exception>
    internal BlockParts[] Sample(int[] seeds, uint step)
    {
        var blocks = new BlockParts[options.FanOut.Count];
        var targets = seeds;
        for (var hop = 0; hop < blocks.Length; hop++)
        {
            blocks[^(hop + 1)] = Hop(targets, options.FanOut[hop], new RandomKey(options.Seed, step, FirstHop + (uint)hop));
            targets = blocks[^(hop + 1)].Sources;
        }
        return blocks;
    }

    /// <summary>Draws, and takes the blocks to the device.</summary>
    /// <inheritdoc cref="Sample"/>
    public IReadOnlyList<Block> Blocks(ReadOnlySpan<int> seeds, uint step = 0) => [.. Sample(seeds.ToArray(), step).Select(parts => new Block(device, parts))];

    private BlockParts Hop(int[] targets, int fanOut, RandomKey key)
    {
        var start = new int[targets.Length + 1];
        for (var i = 0; i < targets.Length; i++)
        {
            if ((uint)targets[i] >= (uint)Graph.Rows) throw new InvalidDataException($"sampler: node {targets[i]} is not between 0 and {Graph.Rows - 1}");
            var degree = Graph.RowStart[targets[i] + 1] - Graph.RowStart[targets[i]];
            start[i + 1] = checked(start[i] + (fanOut == SamplerOptions.All ? degree : options.Replace && degree > 0 ? fanOut : Math.Min(fanOut, degree)));
        }
        var entry = new int[start[^1]];
        device.Host.ForRows(targets.Length, new NeighbourDraw(Graph, targets, start, entry, options.Replace && fanOut != SamplerOptions.All, key), grain: 128);
        var sources = new List<int>(targets.Length + entry.Length / 2);
        try
        {
            var column = Number(targets, entry, sources);
            return new BlockParts(degrees, [.. sources], targets.Length, new HostCsr(start, column, sources.Count), entry);
        }
        finally
        {
            foreach (var node in sources) place[node] = -1;
        }
    }

    // The targets come first, then the others as they are met.
    private int[] Number(int[] targets, int[] entry, List<int> sources)
    {
        foreach (var node in targets)
        {
            if (place[node] >= 0) throw new InvalidDataException($"sampler: node {node} is given twice; give each seed once");
            place[node] = sources.Count;
            sources.Add(node);
        }
        var column = new int[entry.Length];
        for (var k = 0; k < entry.Length; k++)
        {
            var node = Graph.Column[entry[k]];
            if (place[node] < 0)
            {
                place[node] = sources.Count;
                sources.Add(node);
            }
            column[k] = place[node];
        }
        return column;
    }
}
