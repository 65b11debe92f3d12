using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn;

namespace GraphTune.Tests;

/// <summary>Two small graphs as the layer contract needs them: a hub, an isolated node, loops, edges that come twice; on the host, so that it can be permuted.</summary>
internal sealed record ContractScene(int Nodes, int[] Source, int[] Target, int[] Type, int[] Batch, float[] X, float[] Attr, float[] Weight)
{
    public const int Inputs = 6, EdgeWidth = 3, Relations = 2, Graphs = 3;

    public int Edges => Source.Length;

    /// <summary>Nine nodes in graphs 0 and 2; node 4 is alone.</summary>
    public static ContractScene Usual { get; } = From(9, [1, 2, 3, 0, 0, 2, 1, 1, 3, 6, 7, 8, 5, 5, 8], [0, 0, 0, 1, 2, 2, 3, 3, 1, 5, 5, 5, 6, 5, 7], [0, 0, 0, 0, 0, 2, 2, 2, 2]);

    /// <summary>The same nodes without an edge.</summary>
    public static ContractScene WithoutEdges { get; } = From(9, [], [], [0, 0, 0, 0, 0, 2, 2, 2, 2]);

    /// <summary>Nothing at all.</summary>
    public static ContractScene Empty { get; } = From(0, [], [], []);

    /// <summary>The same edges given in another order.</summary>
    public ContractScene WithEdges(int[] order) => this with
    {
        Source = [.. order.Select(e => Source[e])],
        Target = [.. order.Select(e => Target[e])],
        Type = [.. order.Select(e => Type[e])],
        Weight = [.. order.Select(e => Weight[e])],
        Attr = [.. order.SelectMany(e => Attr[(e * EdgeWidth)..((e + 1) * EdgeWidth)])],
    };

    /// <summary>The same graph with its nodes in another order: node k is what node <c>order[k]</c> was.</summary>
    public ContractScene WithNodes(int[] order) => this with
    {
        Source = [.. Source.Select(i => Array.IndexOf(order, i))],
        Target = [.. Target.Select(i => Array.IndexOf(order, i))],
        Batch = [.. order.Select(i => Batch[i])],
        X = [.. order.SelectMany(i => X[(i * Inputs)..((i + 1) * Inputs)])],
    };

    private static ContractScene From(int nodes, int[] source, int[] target, int[] batch)
    {
        int edges = source.Length;
        return new(nodes, source, target, [.. Enumerable.Range(0, edges).Select(e => e % Relations)], batch,
            Any.Values(nodes * Inputs, 11), Any.Values(edges * EdgeWidth, 12), [.. Any.Values(edges, 13).Select(v => 1.5f + v)]);
    }
}

/// <summary>A scene on a device: what a layer may be given.</summary>
internal sealed class ContractStage : IDisposable
{
    private readonly ContractScene scene;
    private readonly Lazy<RelationalGraph> relations;
    private readonly Lazy<HeteroGraph> hetero;

    public ContractStage(ContractScene scene, Device device)
    {
        this.scene = scene;
        Graph = Graph.From(device, scene.Nodes, scene.Source, scene.Target);
        Batch = RowIndex.From(device, scene.Batch, ContractScene.Graphs);
        X = Learning(device, new Shape(scene.Nodes, ContractScene.Inputs), scene.X);
        GivenAttr = Learning(device, new Shape(scene.Edges, ContractScene.EdgeWidth), scene.Attr);
        GivenWeight = Learning(device, new Shape(scene.Edges), scene.Weight);
        relations = new(() => new RelationalGraph(device, scene.Nodes, scene.Source, scene.Target, scene.Type, ContractScene.Relations));
        hetero = new(() => new HeteroGraph(device, new Dictionary<string, int> { ["a"] = scene.Nodes }, Types.Select((type, r) => (type, Of(scene.Source, r), Of(scene.Target, r)))));
    }

    /// <summary>The relations as kinds of edges of a graph with one kind of node.</summary>
    public static EdgeType[] Types { get; } = [.. Enumerable.Range(0, ContractScene.Relations).Select(r => new EdgeType("a", $"r{r}", "a"))];

    public Graph Graph { get; }

    public RelationalGraph Relations => relations.Value;

    public HeteroGraph Hetero => hetero.Value;

    public RowIndex Batch { get; }

    public Parameter X { get; }

    public Parameter GivenAttr { get; }

    public Parameter GivenWeight { get; }

    public void Dispose()
    {
        foreach (var part in new IDisposable[] { Graph, Batch, X, GivenAttr, GivenWeight }) part.Dispose();
        if (relations.IsValueCreated) relations.Value.Dispose();
        if (hetero.IsValueCreated) hetero.Value.Dispose();
    }

    private int[] Of(int[] ends, int relation) => [.. ends.Where((_, e) => scene.Type[e] == relation)];

    private static Parameter Learning(Device device, Shape shape, float[] values)
    {
        var parameter = new Parameter(device, shape);
        parameter.Write(values);
        return parameter;
    }
}
