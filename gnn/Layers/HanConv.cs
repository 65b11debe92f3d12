using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Hierarchical attention: graph attention within each kind of edge, z, then attention over the kinds of edges into a kind of node, y = Σ softmax(q·mean tanh(W·z + b))·z.</summary>
/// <remarks>
/// Wang et al. 2019, arXiv:1903.07293, eqs. 2 to 9; names as PyG's <c>HANConv</c>: <c>proj.KIND</c>, <c>lin_src.EDGE</c> and <c>lin_dst.EDGE</c>[1, heads, d],
/// <c>k_lin</c>, <c>q</c>[1, outputs]. No loops are added. Scores are additive, so that nothing wider than edges × heads is made.
/// </remarks>
public sealed class HanConv : Module
{
    private readonly int outputs;
    private readonly float slope, dropout;
    private readonly EdgeType[] edgeTypes;
    private readonly ModuleDict<Linear> proj;
    private readonly ParameterDict source, target;

    /// <summary>A layer with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x for each kind of node.</param>
    /// <param name="outputs">Columns of y; the heads have equal shares.</param>
    /// <param name="edgeTypes">All kinds of edges.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="negativeSlope">The slope of the leaky ReLU below 0.</param>
    /// <param name="dropout">The probability that an attention weight is dropped in training.</param>
    /// <exception cref="ArgumentException">The heads do not divide the outputs.</exception>
    public HanConv(Device device, IReadOnlyDictionary<string, int> inputs, int outputs, IEnumerable<EdgeType> edgeTypes, Rng rng, int heads = 1, float negativeSlope = 0.2f, float dropout = 0f)
    {
        if (outputs % heads != 0) throw new ArgumentException($"HanConv: {heads} heads do not divide {outputs} outputs evenly");
        (this.outputs, slope, this.dropout, this.edgeTypes) = (outputs, negativeSlope, dropout, [.. edgeTypes]);
        var attention = new Shape(1, heads, outputs / heads);
        Q = Add("q", Init.Glorot(device, new Shape(1, outputs), rng));
        KLin = Add("k_lin", new Linear(device, outputs, outputs, rng));
        proj = Add("proj", new ModuleDict<Linear>([.. inputs.Select(kind => (kind.Key, new Linear(device, kind.Value, outputs, rng)))]));
        source = Add("lin_src", new ParameterDict([.. this.edgeTypes.Select(type => ($"{type}", Init.Glorot(device, attention, rng)))]));
        target = Add("lin_dst", new ParameterDict([.. this.edgeTypes.Select(type => ($"{type}", Init.Glorot(device, attention, rng)))]));
    }

    /// <summary>q[1, outputs].</summary>
    public Parameter Q { get; }

    /// <summary>W and b of the attention over kinds of edges.</summary>
    public Linear KLin { get; }

    /// <summary>y[n, outputs] for each kind of node that edges lead to.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs] for each kind of node.</param>
    public IReadOnlyDictionary<string, Var> Forward(HeteroGraph graph, IReadOnlyDictionary<string, Var> x)
    {
        var h = x.ToDictionary(kind => kind.Key, kind => proj[kind.Key].Forward(kind.Value));
        return edgeTypes.Where(graph.EdgeTypes.Contains).GroupBy(type => type.Target)
            .ToDictionary(into => into.Key, into => Joined([.. into.Select(type => Within(graph[type], h[type.Source], h[type.Target], $"{type}"))]));
    }

    private Var Within(Graph graph, Var from, Var to, string type) =>
        graph.Attend(from, from.HeadDot(source[type]), to.HeadDot(target[type]), edge: null, slope, dropout).Relu();

    private Var Joined(Var[] kinds)
    {
        if (kinds[0].Shape[0] == 0) return kinds[0];   // no nodes have no mean
        Var[] scores = [.. kinds.Select(z => (KLin.Forward(z).Tanh().ColumnMean() * z.Tape.Input(Q).Reshape(outputs)).Sum().Reshape(1, 1))];
        var weight = (scores.Length == 1 ? scores[0] : scores[0].Concat(scores.AsSpan(1))).Softmax();
        return kinds.Select((z, k) => z * weight.Columns(k..(k + 1)).Reshape(1)).Aggregate((sum, z) => sum + z);
    }
}
