using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn;

/// <summary>The edges of a graph on a device, held in both directions so that messages and gradients both gather.</summary>
/// <remarks>
/// Edges lie sorted by target, then by source: the canonical order, in which edge weights and attributes are kept on the device.
/// <see cref="Order"/> says where each came from. Memory: 12 bytes an edge on the device, and 4 on the host unless edges were given in
/// that order; 8 more once somebody asks for the edges there.
/// Sources and targets may be different nodes, as in one step of a sampled batch.
/// </remarks>
public sealed partial class Graph : IDisposable
{
    private readonly int[]? order;   // the given position of each edge; null where edges were given in canonical order
    private HostCsr? kept;
    private readonly List<IDisposable> owned = [];
    private readonly Dictionary<string, object> derived = [];

    private Graph((Csr In, Csr Out, int[]? Order) both) : this(both.In, both.Out) => order = both.Order;

    /// <summary>Takes ownership of patterns that are sorted already; the canonical order is the given one.</summary>
    /// <param name="in">Rows are targets, each with its sources in canonical order: ascending, or in a sampled block as the whole graph has them; no edge ids.</param>
    /// <param name="out">The transpose, with edge ids.</param>
    internal Graph(Csr @in, Csr @out) => (In, Out) = (Own(@in), Own(@out));

    /// <summary>A graph of the given edges; duplicates and loops count as given.</summary>
    /// <exception cref="InvalidDataException">A node id is out of range.</exception>
    public static Graph From(Device device, EdgeList edges) => From(device, edges.Nodes, edges.Source, edges.Target);

    /// <summary>A graph of edges <c>source[k] → target[k]</c> between nodes 0 to <paramref name="nodes"/> − 1.</summary>
    /// <exception cref="InvalidDataException">A node id is out of range.</exception>
    /// <exception cref="ShapeException">The lists differ in length.</exception>
    public static Graph From(Device device, int nodes, int[] source, int[] target) => Bipartite(device, nodes, nodes, source, target);

    /// <summary>Edges from one kind of node to another.</summary>
    /// <param name="device">Where the graph will be used.</param>
    /// <param name="sources">The number of nodes that edges start from: rows of x.</param>
    /// <param name="targets">The number of nodes that edges end at: rows of the result.</param>
    /// <param name="source">Where each edge starts.</param>
    /// <param name="target">Where each edge ends.</param>
    /// <exception cref="InvalidDataException">A node id is out of range.</exception>
    /// <exception cref="ShapeException">The lists differ in length.</exception>
    public static Graph Bipartite(Device device, int sources, int targets, int[] source, int[] target) =>
        new(CsrPair.From(device, targets, sources, target, source));

    /// <summary>Where the graph is.</summary>
    public Device Device => In.Device;

    /// <summary>The number of nodes that edges end at.</summary>
    public int Nodes => In.Rows;

    /// <summary>The number of nodes that edges start from; the same as <see cref="Nodes"/> unless the graph is bipartite.</summary>
    public int Sources => In.Columns;

    /// <summary>The number of directed edges.</summary>
    public int Edges => In.Entries;

    /// <summary>Row i lists the sources of the edges into node i. Entry e is edge e of the canonical order.</summary>
    public Csr In { get; }

    /// <summary>Row j lists the targets of the edges out of node j; its edge ids point into the canonical order.</summary>
    public Csr Out { get; }

    /// <summary>The given position of each edge of the canonical order.</summary>
    public IReadOnlyList<int> Order => host.Edge!;

    /// <summary>The source of each edge of the canonical order.</summary>
    public IReadOnlyList<int> Source => host.Column;

    /// <summary>The edges in canonical order, on the host.</summary>
    public EdgeList ToEdgeList() => new(Math.Max(Nodes, Sources), host.Column, host.RowOfEntries());

    /// <summary>yᵢ = Σ xⱼ over the edges j → i, or Σ w·xⱼ; plus b.</summary>
    /// <param name="x">x[sources, f], or x[sources, h, f] for h heads.</param>
    /// <param name="weight">w[e], or w[e, h], in canonical order; null for ones.</param>
    /// <param name="bias">b[f], added to each row; null for none.</param>
    public Var Sum(Tensor x, Tensor? weight = null, Tensor? bias = null) => Kept(nameof(Sum), new(x, In, Out, weight, Bias: bias));

    /// <summary>yᵢ = the mean of xⱼ, or of w·xⱼ, over the edges j → i, plus b; 0 plus b where there are none. Divides by the number of edges, not by the sum of weights.</summary>
    /// <param name="x">x[sources, f], or x[sources, h, f] for h heads.</param>
    /// <param name="weight">w[e], or w[e, h], in canonical order; null for ones.</param>
    /// <param name="bias">b[f], added to each row; null for none.</param>
    public Var Mean(Tensor x, Tensor? weight = null, Tensor? bias = null) => Kept(nameof(Mean), new(x, In, Out, weight, InverseInDegree, Bias: bias));

    /// <summary>yᵢ = the largest of xⱼ, or of w·xⱼ, over the edges j → i, channel by channel; 0 where there are none. Equal ones share the gradient.</summary>
    /// <param name="x">x[sources, f].</param>
    /// <param name="weight">w[e] in canonical order; null for ones.</param>
    public Var Max(Tensor x, Tensor? weight = null) => new FoldOp<Kernels.Largest>(x, In, Out, weight).Apply();

    /// <summary>yᵢ = the smallest of xⱼ, or of w·xⱼ, over the edges j → i, channel by channel; 0 where there are none. Equal ones share the gradient.</summary>
    /// <inheritdoc cref="Max"/>
    public Var Min(Tensor x, Tensor? weight = null) => new FoldOp<Kernels.Smallest>(x, In, Out, weight).Apply();

    /// <summary>One row for each node, of the rows xⱼ (or w·xⱼ) over the edges j → i.</summary>
    /// <param name="how">Sum, mean, largest, smallest or product, channel by channel.</param>
    /// <param name="x">x[sources, f].</param>
    /// <param name="weight">w[e] in canonical order; null for ones.</param>
    public Var Aggregate(Aggregation how, Var x, Tensor? weight = null) => how switch
    {
        Aggregation.Sum => Sum(x, weight),
        Aggregation.Mean => Mean(x, weight),
        _ => x.Aggregate(how, In, Out, weight),
    };

    /// <summary>Edges into each node: in_degree[n].</summary>
    public Tensor InDegree => Once(nameof(InDegree), () => CountsOf(In).RowCounts(Device));

    /// <summary>Edges out of each node: out_degree[sources].</summary>
    public Tensor OutDegree => Once(nameof(OutDegree), () => CountsOf(Out).RowCounts(Device));

    /// <summary>1 / the edges into each node, 0 where there are none.</summary>
    public Tensor InverseInDegree => Once(nameof(InverseInDegree), () => CountsOf(In).InverseRowCounts(Device));

    /// <summary>A tensor of edge attributes, from host values in the given order to the canonical order.</summary>
    /// <param name="values">Row-major values, <paramref name="width"/> for each edge.</param>
    /// <param name="width">Values per edge; 1 gives attributes[e], more give attributes[e, width].</param>
    /// <exception cref="ShapeException">There are not that many values.</exception>
    public Tensor EdgeTensor(float[] values, int width = 1)
    {
        if (values.Length != (long)Edges * width) throw new ShapeException($"{Edges} edges × {width} need {(long)Edges * width} values, but {values.Length} were given");
        var sorted = new float[values.Length];
        for (var e = 0; e < Edges; e++) Array.Copy(values, Order[e] * width, sorted, e * width, width);
        return Tensor.From(Device, width == 1 ? new Shape(Edges) : new Shape(Edges, width), sorted);
    }

    /// <summary>Brings edge attributes from the given order to the canonical order; gradients flow back.</summary>
    /// <param name="attributes">attributes[e] or attributes[e, f] in the given order.</param>
    public Var InCanonicalOrder(Var attributes) => attributes.Gather(Once(nameof(Order), () => RowIndex.From(Device, host.Edge!, Edges)));

    /// <summary>Returns all memory to the pool.</summary>
    public void Dispose()
    {
        foreach (var part in owned) part.Dispose();
        owned.Clear();
        derived.Clear();
        constant = null;
    }

    /// <summary>Nodes and edges.</summary>
    public override string ToString() => Nodes == Sources ? $"Graph[{Nodes} nodes, {Edges} edges]" : $"Graph[{Sources} → {Nodes} nodes, {Edges} edges]";

    // Most graphs are only summed over: their edges come back to the host when somebody asks.
    private HostCsr host => kept ??= new(In.RowStart.ToArray(), In.Column.ToArray(), In.Columns, order ?? [.. Enumerable.Range(0, In.Entries)]);

    private static HostCsr CountsOf(Csr pattern) => new(pattern.RowStart.ToArray(), [], pattern.Columns);

    private T Own<T>(T part) where T : IDisposable
    {
        owned.Add(part);
        return part;
    }

    // What depends on the graph alone is made when first asked for, and lives as long as the graph.
    private T Once<T>(string name, Func<T> make) where T : IDisposable
    {
        if (!derived.TryGetValue(name, out var part)) derived[name] = part = Own(BufferPool.Lasting(make));
        return (T)part;
    }
}
