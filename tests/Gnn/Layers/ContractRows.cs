using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using GraphTune.Gnn.Layers;
using static GraphTune.Tests.ContractRow;
using static GraphTune.Tests.ContractScene;

namespace GraphTune.Tests;

/// <summary>Every layer of <c>gnn/Layers</c>, at least once; again where an option takes another path.</summary>
internal static class ContractRows
{
    private const int Outputs = 4;

    public static readonly ContractRow[] All = [.. Convolutions(), .. Propagations(), .. EdgeNetworks(), .. Relational(), .. Global(), .. Aggregators(), .. Sets()];

    private static IEnumerable<ContractRow> Convolutions() =>
    [
        Of(Outputs, (d, r) => new GcnConv(d, Inputs, Outputs, r), (l, o) => l.Forward(o.Graph, o.X)),
        Of(Outputs, (d, r) => new GcnConv(d, Inputs, Outputs, r), (l, o) => l.Forward(o.Graph, o.X, o.Weight), "weighted"),
        Of(Outputs, (d, r) => new SageConv(d, Inputs, Outputs, r), (l, o) => l.Forward(o.Graph, o.X)),
        Of(Outputs, (d, r) => new SageConv(d, Inputs, Outputs, r, project: true) { Aggr = Aggregation.Max, Normalize = true }, (l, o) => l.Forward(o.Graph, o.X), "max, projected"),
        Of(Outputs, (d, r) => new SageConv(d, Inputs, Outputs, r) { AggrModule = new SoftmaxAggregation(d, 0.7f, learn: true) }, (l, o) => l.Forward(o.Graph, o.X), "softmax"),
        Of(Outputs, (d, r) => new GraphConv(d, Inputs, Outputs, r) { AggrModule = new SoftmaxAggregation(d, 0.7f, learn: true) }, (l, o) => l.Forward(o.Graph, o.X, o.Weight), "softmax"),
        Of(Outputs, (d, r) => new GraphConv(d, Inputs, Outputs, r), (l, o) => l.Forward(o.Graph, o.X, o.Weight)),
        Of(Outputs, (d, r) => new GinConv(d, Network(d, r, Inputs), trainEps: true), (l, o) => l.Forward(o.Graph, o.X)),
        Of(2 * Outputs, (d, r) => new GatConv(d, Inputs, Outputs, 2, r, edgeWidth: EdgeWidth), (l, o) => l.Forward(o.Graph, o.X, o.Attr)),
        Of(2 * Outputs, (d, r) => new Gatv2Conv(d, Inputs, Outputs, 2, r, edgeWidth: EdgeWidth), (l, o) => l.Forward(o.Graph, o.X, o.Attr)),
        Of(2 * Outputs, (d, r) => new TransformerConv(d, Inputs, Outputs, 2, r, beta: true, edgeWidth: EdgeWidth), (l, o) => l.Forward(o.Graph, o.X, o.Attr)),
        Of(Outputs, (d, r) => new TransformerConv(d, Inputs, Outputs, 2, r, concat: false), (l, o) => l.Forward(o.Graph, o.X), "averaged"),
    ];

    private static IEnumerable<ContractRow> Propagations() =>
    [
        Of(Inputs, (_, _) => new Appnp(3, 0.1f), (l, o) => l.Forward(o.Graph, o.X, o.Weight)),
        Of(Outputs, (d, r) => new SgConv(d, Inputs, Outputs, r, k: 2), (l, o) => l.Forward(o.Graph, o.X)),
        Of(Inputs, (d, r) => new Gcn2Conv(d, Inputs, 0.1f, r, 0.5f, 2, sharedWeights: false), (l, o) => l.Forward(o.Graph, o.X.Tanh(), o.X)),
        Of(Outputs, (d, r) => new TagConv(d, Inputs, Outputs, r, k: 2), (l, o) => l.Forward(o.Graph, o.X, o.Weight)),
        Of(Outputs, (d, r) => new ArmaConv(d, Inputs, Outputs, r, stacks: 2, layers: 2), (l, o) => l.Forward(o.Graph, o.X)),
        Of(Outputs, (d, r) => new ChebConv(d, Inputs, Outputs, 3, r), (l, o) => l.Forward(o.Graph, o.X, o.Weight)),
        Of(Outputs, (d, r) => new ChebConv(d, Inputs, Outputs, 3, r) { Normalization = LaplacianNorm.None }, (l, o) => l.Forward(o.Graph, o.X, o.Weight), "not normalised"),
        Of(Outputs, (d, r) => new ClusterGcnConv(d, Inputs, Outputs, r, diagonal: 1f), (l, o) => l.Forward(o.Graph, o.X)),
        Of(Outputs, (d, r) => new LeConv(d, Inputs, Outputs, r), (l, o) => l.Forward(o.Graph, o.X, o.Weight)),
    ];

    private static IEnumerable<ContractRow> EdgeNetworks() =>
    [
        Of(Outputs, (d, r) => new GineConv(d, Network(d, r, Inputs), r, Inputs, EdgeWidth), (l, o) => l.Forward(o.Graph, o.X, o.Attr)),
        Of(Outputs, (d, r) => new GineConv(d, Network(d, r, Inputs), r, Inputs, EdgeWidth, aggr: Aggregation.Max), (l, o) => l.Forward(o.Graph, o.X, o.Attr), "max"),
        Of(Outputs, (d, r) => new ResGatedGraphConv(d, Inputs, Outputs, r, EdgeWidth), (l, o) => l.Forward(o.Graph, o.X, o.Attr)),
        Of(Outputs, (d, r) => new ResGatedGraphConv(d, Inputs, Outputs, r), (l, o) => l.Forward(o.Graph, o.X), "no attributes"),
        Of(Outputs, (d, r) => new GenConv(d, Inputs, Outputs, r, new SoftmaxAggregation(d, 0.7f, learn: true), new() { EdgeWidth = EdgeWidth, Norm = (device, width) => new LayerNorm(device, width), Bias = true }),
            (l, o) => l.Forward(o.Graph, o.X, o.Attr)),
        Of(Outputs, (d, r) => new NnConv(d, Inputs, Outputs, Network(d, r, EdgeWidth, Inputs * Outputs), r), (l, o) => l.Forward(o.Graph, o.X, o.Attr)),
        Of(Outputs, (d, r) => new NnConv(d, Inputs, Outputs, new Sequential(Network(d, r, EdgeWidth, Inputs * Outputs), new Activation(ActivationKind.Tanh)), r, Aggregation.Max), (l, o) => l.Forward(o.Graph, o.X, o.Attr), "max, matrices"),
        Of(Outputs, (d, r) => new NnConv(d, Inputs, Outputs, Network(d, r, EdgeWidth, Inputs * Outputs), r) { AggrModule = new SoftmaxAggregation(d, 0.7f, learn: true) }, (l, o) => l.Forward(o.Graph, o.X, o.Attr), "softmax"),
        Of(Outputs, (d, r) => new EdgeConv(Network(d, r, 2 * Inputs), Outputs) { AggrModule = new VarAggregation() }, (l, o) => l.Forward(o.Graph, o.X), "variance"),
        Of(Outputs, (d, r) => new EdgeConv(Network(d, r, 2 * Inputs), Outputs), (l, o) => l.Forward(o.Graph, o.X)),
        Of(Outputs, (d, r) => new PnaConv(d, Inputs, Outputs, [Aggregator.From(Aggregation.Mean), Aggregator.From(Aggregation.Max), new StdAggregation()], Enum.GetValues<DegreeScale>(), [1, 3, 2, 1], r,
            new() { EdgeWidth = EdgeWidth, Towers = 2, DivideInput = true, PreLayers = 2, TrainNorm = true, Act = ActivationKind.Tanh }), (l, o) => l.Forward(o.Graph, o.X, o.Attr)) with { Tolerance = 2e-2 },
    ];

    private static IEnumerable<ContractRow> Relational() =>
    [
        Of(Outputs, (d, r) => new RgcnConv(d, Inputs, Outputs, Relations, r), (l, o) => l.Forward(o.Stage.Relations, o.X)),
        Of(Outputs, (d, r) => new RgcnConv(d, Inputs, Outputs, Relations, r, new(Bases: 3)), (l, o) => l.Forward(o.Stage.Relations, o.X), "bases"),
        Of(Outputs, (d, r) => new RgcnConv(d, Inputs, Outputs, Relations, r, new(Blocks: 2)), (l, o) => l.Forward(o.Stage.Relations, o.X), "blocks"),
        Of(Outputs, (d, r) => new FilmConv(d, Inputs, Outputs, r, Relations, act: ActivationKind.Tanh), (l, o) => l.Forward(o.Stage.Relations, o.X)),
        Of(Outputs, (d, r) => new HgtConv(d, Kinds, Outputs, ContractStage.Types, r, heads: 2), (l, o) => l.Forward(o.Stage.Hetero, new Dictionary<string, Autograd.Var> { ["a"] = o.X })["a"]),
        Of(Outputs, (d, r) => new HanConv(d, Kinds, Outputs, ContractStage.Types, r, heads: 2), (l, o) => l.Forward(o.Stage.Hetero, new Dictionary<string, Autograd.Var> { ["a"] = o.X })["a"]),
    ];

    private static IEnumerable<ContractRow> Global() =>
    [
        Of(Inputs, (d, r) => new MultiheadAttention(d, Inputs, 2, r), (l, o) => l.Forward(o.X, o.Stage.Batch)),
        Of(Inputs, Gps, (l, o) => l.Forward(o.Graph, o.X, o.Stage.Batch, o.Attr)),
        Of(2 * Inputs, (_, _) => new JumpingKnowledge(JumpingMode.Cat), (l, o) => l.Forward([o.X, o.X.Tanh()])),
        Of(Inputs, (_, _) => new JumpingKnowledge(JumpingMode.Max), (l, o) => l.Forward([o.X, o.X.Tanh()]), "max"),
        Of(Inputs, (d, r) => new JumpingKnowledge(d, Inputs, 2, r), (l, o) => l.Forward([o.X, o.X.Tanh()]), "lstm"),
    ];

    private static IEnumerable<ContractRow> Aggregators() =>
    [
        Of(Inputs, (d, _) => new SoftmaxAggregation(d, 0.7f, learn: true, channels: Inputs), (l, o) => l.Forward(o.X, o.Graph)),
        Of(Inputs, (d, _) => new PowerMeanAggregation(d, 1.5f, learn: true), (l, o) => l.Forward(o.X + 1.5f, o.Graph)),
        Of(Inputs, (_, _) => new VarAggregation(), (l, o) => l.Forward(o.X, o.Graph)),
        Of(Inputs, (_, _) => new StdAggregation(), (l, o) => l.Forward(o.X, o.Graph)),
        Of(Inputs, (_, _) => QuantileAggregation.Median(), (l, o) => l.Forward(o.X, o.Graph)),
        Of(2 * Inputs, (_, _) => new MultiAggregation([Aggregator.From(Aggregation.Min), Aggregator.From(Aggregation.Mul)]), (l, o) => l.Forward(o.X, o.Graph)),
        Of(3 * Inputs, (d, _) => new DegreeScaler(d, [Aggregator.From(Aggregation.Sum)], [DegreeScale.Identity, DegreeScale.Attenuation, DegreeScale.Linear], [1, 3, 2]), (l, o) => l.Forward(o.X, o.Graph)),
    ];

    private static IEnumerable<ContractRow> Sets() =>
    [
        Of(Outputs, (d, r) => new AttentionalAggregation(Network(d, r, Inputs, 1), Network(d, r, Inputs)), (l, o) => l.Forward(o.X, o.Stage.Batch)) with { PerGraph = true },
        Of(2 * Inputs, (d, r) => new Set2Set(d, Inputs, steps: 2, r), (l, o) => l.Forward(o.X, o.Stage.Batch)) with { PerGraph = true },
    ];

    private static Dictionary<string, int> Kinds => new() { ["a"] = Inputs };

    private static GpsConv Gps(Device device, Rng rng)
    {
        var gine = new GineConv(device, Network(device, rng, Inputs, Inputs), rng, Inputs, EdgeWidth);
        return new(device, Inputs, gine, (graph, x, e) => gine.Forward(graph, x, e!), rng, new() { Heads = 2 });
    }

    // Smooth, so that differences are derivatives.
    private static Sequential Network(Device device, Rng rng, int inputs, int outputs = Outputs) =>
        new(new Linear(device, inputs, 5, rng), new Activation(ActivationKind.Tanh), new Linear(device, 5, outputs, rng));
}
