using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Sampling;

/// <summary>The host's side of a <see cref="Block"/>.</summary>
/// <param name="Whole">Degrees of the graph it was drawn from.</param>
/// <param name="Sources">The node of each row of x; the targets come first.</param>
/// <param name="Targets">The number of targets.</param>
/// <param name="In">Row i lists the places of the sources of the edges into target i.</param>
/// <param name="Entry">The entry of the whole graph that each edge is.</param>
internal sealed record BlockParts(WholeDegrees Whole, int[] Sources, int Targets, HostCsr In, int[] Entry);

/// <summary>One layer's share of a sampled batch: a bipartite graph from the rows that the layer reads to those that it writes.</summary>
/// <remarks>The nodes it writes are the first it reads. What a layer does not ask for is not made. Edges into a node keep the order they have in the whole graph, so that a block of all of them sums to the same bits.</remarks>
public sealed class Block : IDisposable
{
    private readonly Device device;
    private readonly BlockParts parts;
    private readonly Dictionary<(bool, float), (Graph Graph, Tensor Weight)> normalised = [];
    private Graph? graph, square;

    internal Block(Device device, BlockParts parts) => (this.device, this.parts) = (device, parts);

    /// <summary>The edges, from <see cref="Sources"/> to the first <see cref="Targets"/> of them. Made once.</summary>
    public Graph Graph => graph ??= Of(parts.In);

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
        return normalised[(addSelfLoops, fill)] = (Of(pattern), Tensor.From(device, new Shape(weight.Length), weight));
    }

    private Graph Whole() => Graph.From(device, parts.Sources.Length, parts.In.Column, parts.In.RowOfEntries());

    private (HostCsr Pattern, float[] Weight) Normalised(bool addSelfLoops, float fill)
    {
        var root = parts.Whole.InverseRoots(addSelfLoops, fill);
        var start = new int[Targets + 1];
        List<int> column = new(parts.In.Entries + Targets);
        List<float> weight = new(parts.In.Entries + Targets);
        for (var i = 0; i < Targets; i++)
        {
            int first = parts.In.RowStart[i], end = parts.In.RowStart[i + 1], node = parts.Sources[i];
            var scale = end > first ? parts.Whole.Of(node) / (float)(end - first) * root[node] : 0f;
            for (var k = first; k < end; k++)
            {
                column.Add(parts.In.Column[k]);
                weight.Add(scale * root[parts.Sources[parts.In.Column[k]]]);
            }
            if (addSelfLoops && !parts.Whole.HasLoop(node))
            {
                column.Add(i);
                weight.Add(fill * root[node] * root[node]);
            }
            start[i + 1] = column.Count;
        }
        return (new HostCsr(start, [.. column], parts.Sources.Length), [.. weight]);
    }

    private Graph Of(HostCsr @in) => new(@in.To(device), @in.Transposed(device).To(device));

    /// <summary>Returns all memory to the pool.</summary>
    public void Dispose()
    {
        graph?.Dispose();
        square?.Dispose();
        (graph, square) = (null, null);
        foreach (var (graph, weight) in normalised.Values)
        {
            graph.Dispose();
            weight.Dispose();
        }
        normalised.Clear();
    }

    /// <summary>Sizes.</summary>
    public override string ToString() => $"Block[{parts.Sources.Length} → {Targets} nodes, {parts.In.Entries} edges]";
}
