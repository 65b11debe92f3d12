using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>A kind of edge: from one kind of node to another.</summary>
/// <param name="Source">The kind of node that edges start from.</param>
/// <param name="Relation">What they mean.</param>
/// <param name="Target">The kind of node that edges end at.</param>
public readonly record struct EdgeType(string Source, string Relation, string Target)
{
    /// <summary>The name under which parameters of this kind are kept: <c>paper__cites__paper</c>, as PyG writes it.</summary>
    public override string ToString() => $"{Source}__{Relation}__{Target}";
}

/// <summary>Nodes of several kinds, and edges of several kinds between them: a bipartite graph for each kind of edge.</summary>
public sealed class HeteroGraph : IDisposable
{
    private readonly Device device;
    private readonly Dictionary<EdgeType, (int[] Source, int[] Target)> edges = [];
    private readonly Dictionary<EdgeType, Graph> graphs = [];
    private readonly Dictionary<string, Graph> unions = [];

    /// <summary>A graph of the given nodes and edges.</summary>
    /// <param name="device">Where it will be used.</param>
    /// <param name="nodes">The number of nodes of each kind.</param>
    /// <param name="edges">Sources and targets of each kind of edge, numbered within their kinds of node.</param>
    /// <exception cref="InvalidDataException">A kind of node is unknown, or a node id is out of range.</exception>
    public HeteroGraph(Device device, IReadOnlyDictionary<string, int> nodes, IEnumerable<(EdgeType Type, int[] Source, int[] Target)> edges)
    {
        (this.device, Nodes) = (device, nodes);
        foreach (var (type, source, target) in edges)
        {
            graphs[type] = Graph.Bipartite(device, Count(type.Source, type), Count(type.Target, type), source, target);
            this.edges[type] = (source, target);
        }
    }

    /// <summary>The number of nodes of each kind.</summary>
    public IReadOnlyDictionary<string, int> Nodes { get; }

    /// <summary>The kinds of edges, in the order given.</summary>
    public IEnumerable<EdgeType> EdgeTypes => graphs.Keys;

    /// <summary>The edges of one kind.</summary>
    public Graph this[EdgeType type] => graphs[type];

    /// <summary>The edges of several kinds into one kind of node as one graph, whose sources are those of each kind of edge, one kind after another.</summary>
    /// <param name="types">Kinds of edges with the same kind of target.</param>
    /// <remarks>Made once for each list.</remarks>
    public Graph Union(IReadOnlyList<EdgeType> types)
    {
        var name = string.Join('\n', types);
        if (unions.TryGetValue(name, out var known)) return known;
        List<int> source = [], target = [];
        var sources = 0;
        foreach (var type in types)
        {
            foreach (var j in edges[type].Source) source.Add(j + sources);
            target.AddRange(edges[type].Target);
            sources += Nodes[type.Source];
        }
        return unions[name] = Graph.Bipartite(device, sources, Nodes[types[0].Target], [.. source], [.. target]);
    }

    private int Count(string kind, EdgeType type) => Nodes.TryGetValue(kind, out var count) ? count
        : throw new InvalidDataException($"edges {type}: the kind of node '{kind}' is not among {string.Join(", ", Nodes.Keys)}");

    /// <summary>Returns all memory to the pool.</summary>
    public void Dispose()
    {
        foreach (var graph in graphs.Values.Concat(unions.Values)) graph.Dispose();
    }
}
