using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Sampling;

/// <summary>The host's side of a <see cref="Block"/>.</summary>
/// <param name="Whole">The graph it was drawn from.</param>
/// <param name="Sources">The node of each row of x; the targets come first.</param>
/// <param name="Targets">The number of targets.</param>
/// <param name="In">Row i lists the places of the sources of the edges into target i.</param>
/// <param name="Entry">The entry of the whole graph that each edge is.</param>
internal sealed record BlockParts(HostCsr Whole, int[] Sources, int Targets, HostCsr In, int[] Entry);

/// <summary>One layer's share of a sampled batch: a bipartite graph from the rows that the layer reads to those that it writes.</summary>
/// <remarks>The nodes it writes are the first it reads. Edges into a node keep the order they have in the whole graph, so that a block of all of them sums to the same bits.</remarks>
public sealed class Block : IDisposable
{
    private readonly BlockParts parts;
    private readonly Dictionary<(bool, float), (Graph Graph, Tensor Weight)> normalised = [];
    private Graph? square;

    internal Block(Device device, BlockParts parts)
    {
        this.parts = parts;
        Graph = Of(device, parts.In);
    }

    /// <summary>The edges, from <see cref="Sources"/> to the first <see cref="Targets"/> of them.</summary>
    public Graph Graph { get; }

    /// <summary>The same edges between the sources alone, for layers whose nodes take part in their own sum, as in attention. Rows beyond the targets have no edges. Made once.</summary>
    public Graph Square => square ??= Whole();

    /// <summary>The node of each row that is read.</summary>
    public IReadOnlyList<int> Sources => parts.Sources;

    /// <summary>The number of rows that are written.</summary>
    public int Targets => parts.Targets;

    /// <summary>The edge of the whole graph that each edge is: its place in the canonical order.</summary>
    public IReadOnlyList<int> Entry => parts.Entry;

    /// <summary>The targets' own rows of x.</summary>
    /// <param name="x">x[sources, f].</param>
    public Var Roots(Var x) => x.Part(0, Targets, x.Shape.RowLength);

    /// <summary>The edges with a loop at each target, weighted as a graph convolution on the whole graph weighs them.</summary>
    /// <param name="addSelfLoops">Whether a target without a loop gets one.</param>
    /// <param name="fill">The weight of added loops.</param>
    /// <returns>For an edge j → i: 1 / √(dᵢ·dⱼ), d the degrees in the whole graph, times the edges that i has over those that were drawn.</returns>
    /// <remarks>So the expected sum is the whole graph's; with all edges drawn it is that sum (arXiv:1609.02907, eq. 2). Made once.</remarks>
    public (Graph Graph, Tensor Weight) GcnNorm(bool addSelfLoops = true, float fill = 1f)
    {
        if (normalised.TryGetValue((addSelfLoops, fill), out var known)) return known;
        var (pattern, weight) = Normalised(addSelfLoops, fill);
        return normalised[(addSelfLoops, fill)] = (Of(Graph.Device, pattern), Tensor.From(Graph.Device, new Shape(weight.Length), weight));
    }

    private Graph Whole()
    {
        var target = new int[parts.In.Column.Length];
        for (var i = 0; i < Targets; i++) Array.Fill(target, i, parts.In.RowStart[i], parts.In.RowStart[i + 1] - parts.In.RowStart[i]);
        return Graph.From(Graph.Device, parts.Sources.Length, parts.In.Column, target);
    }

    private (HostCsr Pattern, float[] Weight) Normalised(bool addSelfLoops, float fill)
    {
        var root = Array.ConvertAll(parts.Sources, node => Root(node, addSelfLoops, fill));
        var start = new int[Targets + 1];
        List<int> column = [];
        List<float> weight = [];
        for (var i = 0; i < Targets; i++)
        {
            int first = parts.In.RowStart[i], end = parts.In.RowStart[i + 1], degree = Degree(parts.Sources[i]);
            var scale = end > first ? degree / (float)(end - first) * root[i] : 0f;
            for (var k = first; k < end; k++)
            {
                column.Add(parts.In.Column[k]);
                weight.Add(scale * root[parts.In.Column[k]]);
            }
            if (addSelfLoops && !HasLoop(parts.Sources[i]))
            {
                column.Add(i);
                weight.Add(fill * root[i] * root[i]);
            }
            start[i + 1] = column.Count;
        }
        return (new HostCsr(start, [.. column], parts.Sources.Length), [.. weight]);
    }

    private float Root(int node, bool addSelfLoops, float fill)
    {
        var degree = Degree(node) + (addSelfLoops && !HasLoop(node) ? fill : 0f);
        return degree > 0f ? 1f / MathF.Sqrt(degree) : 0f;
    }

    private int Degree(int node) => parts.Whole.RowStart[node + 1] - parts.Whole.RowStart[node];

    private bool HasLoop(int node) => Array.BinarySearch(parts.Whole.Column, parts.Whole.RowStart[node], Degree(node), node) >= 0;

    private static Graph Of(Device device, HostCsr @in) => new(@in.To(device), @in.Transposed(device).To(device));

    /// <summary>Returns all memory to the pool.</summary>
    public void Dispose()
    {
        Graph.Dispose();
        square?.Dispose();
        square = null;
        foreach (var (graph, weight) in normalised.Values)
        {
            graph.Dispose();
            weight.Dispose();
        }
        normalised.Clear();
    }

    /// <summary>Sizes.</summary>
    public override string ToString() => $"Block[{parts.Sources.Length} → {Targets} nodes, {Graph.Edges} edges]";
}
