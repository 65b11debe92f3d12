using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>The edges of one kind of node in several relations: a graph for each.</summary>
/// <remarks>Building takes time linear in edges, and in nodes for each relation.</remarks>
public sealed class RelationalGraph : IDisposable
{
    private readonly Device device;
    private readonly Graph[] relations;
    private RelationIndex? index;
    private Tensor? meanWeights;

    /// <summary>A graph for each relation, from edges with types.</summary>
    /// <param name="device">Where it will be used.</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="source">Where each edge starts.</param>
    /// <param name="target">Where each edge ends.</param>
    /// <param name="type">The relation of each edge, from 0.</param>
    /// <param name="relations">The number of relations.</param>
    /// <exception cref="InvalidDataException">A node or a relation is out of range.</exception>
    /// <exception cref="ShapeException">The lists differ in length.</exception>
    public RelationalGraph(Device device, int nodes, int[] source, int[] target, int[] type, int relations)
    {
        if (type.Length != source.Length || type.Length != target.Length) throw new ShapeException($"RelationalGraph: {source.Length} sources, {target.Length} targets and {type.Length} types; give as many of each");
        var groups = HostCsr.Groups(type, relations);
        this.relations = [.. Enumerable.Range(0, relations).Select(r =>
        {
            var edges = groups.Column[groups.RowStart[r]..groups.RowStart[r + 1]];
            return Graph.From(device, nodes, Array.ConvertAll(edges, e => source[e]), Array.ConvertAll(edges, e => target[e]));
        })];
        (this.device, Nodes) = (device, nodes);
    }

    /// <summary>The number of nodes.</summary>
    public int Nodes { get; }

    /// <summary>The edges of each relation.</summary>
    public IReadOnlyList<Graph> Relations => relations;

    /// <summary>The edges of all relations, both ways: relation after relation, each in its graph's canonical order. Made once.</summary>
    internal RelationIndex Index => index ??= BufferPool.Lasting(() => RelationIndex.From(device, Nodes, Nodes, relations.Length,
        Each((graph, _) => graph.ToEdgeList().Source), Each((graph, _) => graph.ToEdgeList().Target), Each((graph, r) => Enumerable.Repeat(r, graph.Edges))));

    /// <summary>1 / |Nᵣ(i)| for each edge into i of relation r, in the order of <see cref="Index"/>: they turn sums into means. Made once.</summary>
    internal Tensor MeanWeights => meanWeights ??= BufferPool.Lasting(() => Tensor.From(device, new Shape(relations.Sum(graph => graph.Edges)), Each((graph, _) =>
    {
        var inverse = graph.InverseInDegree.ToArray();
        return graph.ToEdgeList().Target.Select(i => inverse[i]);
    })));

    private T[] Each<T>(Func<Graph, int, IEnumerable<T>> edges) => [.. relations.SelectMany(edges)];

    /// <summary>Returns all memory to the pool.</summary>
    public void Dispose()
    {
        index?.Dispose();
        meanWeights?.Dispose();
        foreach (var relation in relations) relation.Dispose();
    }
}
