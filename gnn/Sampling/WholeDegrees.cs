using System.Collections.Concurrent;
using GraphTune.Engine;

namespace GraphTune.Gnn.Sampling;

/// <summary>What a graph convolution on a sampled block must know of the whole graph. Found once, when first asked for, by any thread.</summary>
/// <param name="graph">Row i lists the sources of the edges into node i, ascending.</param>
internal sealed class WholeDegrees(HostCsr graph)
{
    private readonly ConcurrentDictionary<(bool, float), float[]> roots = [];
    private readonly Lazy<bool[]> loops = new(() => Loops(graph));

    /// <summary>Edges into a node.</summary>
    public int Of(int node) => graph.RowStart[node + 1] - graph.RowStart[node];

    /// <summary>Whether a node has a loop.</summary>
    public bool HasLoop(int node) => loops.Value[node];

    /// <summary>1 / √dᵢ of every node, 0 where dᵢ is.</summary>
    /// <param name="addSelfLoops">Whether a node without a loop is given one.</param>
    /// <param name="fill">What such a loop adds to dᵢ.</param>
    public float[] InverseRoots(bool addSelfLoops, float fill) => roots.GetOrAdd((addSelfLoops, fill), _ =>
    {
        var root = new float[graph.Rows];
        for (var i = 0; i < root.Length; i++)
        {
            var degree = Of(i) + (addSelfLoops && !HasLoop(i) ? fill : 0f);
            root[i] = degree > 0f ? 1f / MathF.Sqrt(degree) : 0f;
        }
        return root;
    });

    private static bool[] Loops(HostCsr graph)
    {
        var has = new bool[graph.Rows];
        for (var i = 0; i < has.Length; i++) has[i] = Array.BinarySearch(graph.Column, graph.RowStart[i], graph.RowStart[i + 1] - graph.RowStart[i], i) >= 0;
        return has;
    }
}
