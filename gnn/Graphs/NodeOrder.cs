using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn;

/// <summary>Another order of a graph's nodes, so that neighbours lie close together in memory; it changes speed, not results.</summary>
/// <remarks>An explicit step on the host: order the data, train, and bring what comes out back with <see cref="Restore"/>. Deterministic.</remarks>
public sealed class NodeOrder
{
    /// <summary>Takes an order.</summary>
    /// <param name="order">The old node at each new place; each node once.</param>
    /// <exception cref="InvalidDataException">A node is missing, repeated or out of range.</exception>
    public NodeOrder(int[] order)
    {
        (Order, Place) = (order, new int[order.Length]);
        Array.Fill(Place, -1);
        for (var k = 0; k < order.Length; k++)
        {
            if ((uint)order[k] >= (uint)order.Length || Place[order[k]] >= 0) throw new InvalidDataException($"node order: node {order[k]} at place {k} is out of range or occurs twice; each of 0 to {order.Length - 1} is expected once");
            Place[order[k]] = k;
        }
    }

    /// <summary>The old node at each new place: the permutation.</summary>
    public int[] Order { get; }

    /// <summary>The new place of each old node: the inverse.</summary>
    public int[] Place { get; }

    /// <summary>Nodes by falling degree: the rows read most often share the cache.</summary>
    /// <param name="edges">The graph; both ends of an edge count.</param>
    /// <remarks>Linear time. Nodes of equal degree keep their order.</remarks>
    public static NodeOrder ByDegree(EdgeList edges)
    {
        var degree = new int[edges.Nodes];
        for (var k = 0; k < edges.Count; k++)
        {
            degree[edges.Source[k]]++;
            degree[edges.Target[k]]++;
        }
        var largest = degree.Append(0).Max();
        return new(RadixSort.Order(Array.ConvertAll(degree, d => largest - d)));
    }

    /// <summary>Breadth first from the rim, neighbours by rising degree, then turned round: a small bandwidth (Cuthill and McKee 1969; George and Liu 1981).</summary>
    /// <param name="edges">The graph; direction is ignored.</param>
    /// <remarks>O(E log degree) work.</remarks>
    public static NodeOrder ReverseCuthillMcKee(EdgeList edges) => new(new CuthillMcKee(Neighbours(edges)).Reversed());

    /// <summary>Communities of communities, each in one run, after Rabbit Order: every node joins the neighbour that gains most modularity.</summary>
    /// <param name="edges">The graph; direction is ignored, repeated edges weigh more.</param>
    /// <remarks>Arai et al. 2016, "Rabbit Order: just-in-time parallel reordering for fast graph analysis", on one thread, so that the order is always the same. About O(E log E) work.</remarks>
    public static NodeOrder ByCommunity(EdgeList edges) => new(new CommunityTree(Neighbours(edges)).DepthFirst());

    /// <summary>The same graph with nodes counted in this order; edges stay where they were in the list.</summary>
    public EdgeList Apply(EdgeList edges)
    {
        Fits(edges.Nodes, "edges of");
        return new(edges.Nodes, Array.ConvertAll(edges.Source, node => Place[node]), Array.ConvertAll(edges.Target, node => Place[node]));
    }

    /// <summary>The rows in this order.</summary>
    public FeatureMatrix Apply(FeatureMatrix rows)
    {
        Fits(rows.Rows, "features of");
        return rows.TakeRows(Order);
    }

    /// <summary>One value for each node, such as its class, in this order.</summary>
    public T[] Apply<T>(T[] values)
    {
        Fits(values.Length, "values for");
        return Array.ConvertAll(Order, node => values[node]);
    }

    /// <summary>The split with its nodes counted in this order.</summary>
    public Split Apply(Split split) => new(Moved(split.Train), Moved(split.Validation), new TestRows(Moved(split.Test.Open())));

    /// <summary>The whole data set in this order.</summary>
    public NodeDataset Apply(NodeDataset data) => data with
    {
        Edges = Apply(data.Edges),
        Features = Apply(data.Features),
        Labels = Apply(data.Labels),
        Splits = [.. data.Splits.Select(Apply)],
    };

    /// <summary>Rows in this order, such as a model's outputs, back in the order that nodes had before.</summary>
    /// <param name="rows">Row-major y[n, width].</param>
    /// <param name="width">Values of a node.</param>
    public T[] Restore<T>(T[] rows, int width = 1)
    {
        Fits(rows.Length / Math.Max(1, width), "rows of");
        var back = new T[rows.Length];
        for (var k = 0; k < Order.Length; k++) rows.AsSpan(k * width, width).CopyTo(back.AsSpan(Order[k] * width));
        return back;
    }

    private int[] Moved(int[] nodes) => Array.ConvertAll(nodes, node => Place[node]);

    private void Fits(int nodes, string what)
    {
        if (nodes != Order.Length) throw new ShapeException($"node order: {what} {nodes} nodes were given, but the order is of {Order.Length}");
    }

    // Both directions of every edge, loops left out; repeated edges stay.
    private static HostCsr Neighbours(EdgeList edges)
    {
        int[] kept = [.. Enumerable.Range(0, edges.Count).Where(k => edges.Source[k] != edges.Target[k])];
        int[] source = Array.ConvertAll(kept, k => edges.Source[k]), target = Array.ConvertAll(kept, k => edges.Target[k]);
        return HostCsr.From(edges.Nodes, edges.Nodes, [.. target, .. source], [.. source, .. target]);
    }
}
