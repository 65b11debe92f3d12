using System.Numerics;
using GraphTune.Autograd;

namespace GraphTune.Gnn;

public sealed partial class Graph
{
    private const int RunFloats = 1 << 20;   // of one buffer of a run, 4 MiB: it stays in the cache while it is worked on

    /// <summary>The edges of one run, whatever their width; null to go by <see cref="RunFloats"/>. For tests: a small graph in many runs.</summary>
    internal int? RunEdges { get; set; }

    /// <summary>The edges in runs that together hold every node's in-edges: for layers that compute something wide per edge.</summary>
    /// <param name="width">How many numbers are made per edge.</param>
    /// <param name="whole">One run of all edges, where they must meet: a batch norm over edges.</param>
    /// <remarks>Made once for each size of run; runs have 256 edges or more, and about a million numbers.</remarks>
    internal EdgeBlocks Blocks(int width, bool whole = false)
    {
        var entries = whole ? int.MaxValue : RunEdges ?? (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(RunFloats / Math.Max(1, width), 256, RunFloats));
        if (entries >= Edges && entries >= Nodes) entries = int.MaxValue;
        return Once($"{nameof(Blocks)} {entries}", () => new EdgeBlocks(Device, host, entries));
    }
}
