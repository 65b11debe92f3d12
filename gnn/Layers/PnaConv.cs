using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>What may be chosen in a <see cref="PnaConv"/>; the defaults are PyG's.</summary>
public sealed record PnaOptions
{
    /// <summary>Attributes of an edge, d; 0 for none.</summary>
    public int EdgeWidth { get; init; }

    /// <summary>Independent copies of the layer whose outputs stand side by side.</summary>
    public int Towers { get; init; } = 1;

    /// <summary>Linear maps before the aggregation.</summary>
    public int PreLayers { get; init; } = 1;

    /// <summary>Linear maps after it.</summary>
    public int PostLayers { get; init; } = 1;

    /// <summary>Whether each tower has its own share of x's columns; if not, all see all.</summary>
    public bool DivideInput { get; init; }

    /// <summary>What stands between linear maps.</summary>
    public ActivationKind Act { get; init; } = ActivationKind.Relu;

    /// <summary>Whether the averages of the degrees learn.</summary>
    public bool TrainNorm { get; init; }
}

/// <summary>Principal neighbourhood aggregation: y = lin(‖ over towers of post([xᵢ, scaled aggregates of pre([xᵢ, xⱼ, eᵢⱼ])])), over the edges j → i.</summary>
/// <remarks>
/// Corso et al. 2020, arXiv:2004.05718, eq. 8; options and names as PyG's <c>PNAConv</c>: <c>aggr_module.avg_deg_lin</c> and <c>.avg_deg_log</c>,
/// <c>edge_encoder</c>, <c>pre_nns.0.0</c>, …, <c>post_nns.0.0</c>, …, <c>lin</c>. The first map runs on nodes, W·[xᵢ, xⱼ, e] = W₁·xᵢ + W₂·xⱼ + W₃·e;
/// messages are made a run of edges at a time, and again in backward.
/// </remarks>
public sealed class PnaConv : Module
{
    private readonly int width;
    private readonly PnaOptions options;
    private readonly Sequential[] pre, post;

    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y; the towers have equal shares.</param>
    /// <param name="aggregators">What is made of the messages; they become the layer's own.</param>
    /// <param name="scales">How each aggregate is scaled.</param>
    /// <param name="degrees">degrees[k] is the number of training nodes with k edges into them.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="options">Its parts; null for PyG's.</param>
    /// <exception cref="ArgumentException">The towers do not divide the columns.</exception>
    public PnaConv(Device device, int inputs, int outputs, IEnumerable<Aggregator> aggregators, IEnumerable<DegreeScale> scales, IReadOnlyList<int> degrees, Rng rng, PnaOptions? options = null)
    {
        this.options = options ??= new();
        var towers = options.Towers;
        if (outputs % towers != 0 || (options.DivideInput && inputs % towers != 0))
            throw new ArgumentException($"PnaConv: {towers} towers do not divide {inputs} inputs and {outputs} outputs evenly");
        width = options.DivideInput ? inputs / towers : inputs;
        var (share, parts) = (outputs / towers, options.EdgeWidth > 0 ? 3 : 2);
        Aggr = Add("aggr_module", new DegreeScaler(device, aggregators, scales, degrees, options.TrainNorm));
        if (options.EdgeWidth > 0) EdgeEncoder = Add("edge_encoder", new Linear(device, options.EdgeWidth, width, rng));
        pre = [.. Enumerable.Range(0, towers).Select(_ => Network(parts * width, width, options.PreLayers))];
        post = [.. Enumerable.Range(0, towers).Select(_ => Network((Aggr.Blocks + 1) * width, share, options.PostLayers))];
        Add("pre_nns", new ModuleList(pre));
        Add("post_nns", new ModuleList(post));
        Lin = Add("lin", new Linear(device, outputs, outputs, rng));

        Sequential Network(int from, int to, int layers) => new Mlp(device, [from, .. Enumerable.Repeat(to, layers)], rng, new() { Activation = options.Act });
    }

    /// <summary>The aggregates and their scales.</summary>
    public DegreeScaler Aggr { get; }

    /// <summary>Brings edge attributes to a tower's width, or null.</summary>
    public Linear? EdgeEncoder { get; }

    /// <summary>What mixes the towers.</summary>
    public Linear Lin { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="edgeAttr">e[e, d] in the graph's canonical order, or null.</param>
    public Var Forward(Graph graph, Var x, Var? edgeAttr = null)
    {
        Var[] towers = [.. Enumerable.Range(0, options.Towers).Select(t => Tower(graph, options.DivideInput ? x.Columns((t * width)..((t + 1) * width)) : x, edgeAttr, t))];
        return Lin.Forward(towers.Length == 1 ? towers[0] : towers[0].Concat(towers.AsSpan(1)));
    }

    private Var Tower(Graph graph, Var x, Var? edgeAttr, int t)
    {
        var first = (Linear)pre[t].Steps[0];
        var weight = x.Tape.Input(first.WeightOn(x.Tape));
        Var target = x.Linear(weight.Columns(..width), first.Bias), source = x.Linear(weight.Columns(width..(2 * width)));
        var map = edgeAttr is null ? null : weight.Columns((2 * width)..);
        Module[] modules = EdgeEncoder is null ? [pre[t], Aggr] : [pre[t], Aggr, EdgeEncoder];
        var aggregates = graph.Rows(Aggr.Blocks * width, Aggr.Blocks * width, block => Aggr.Forward(Message(block), block), [target, source, edgeAttr, map], modules);
        return post[t].Forward(x.Concat(aggregates));

        Var Message(EdgeBlock block)
        {
            var z = block.Target(target) + block.Source(source);
            if (map is not null) z = z + EdgeEncoder!.Forward(block.Own(edgeAttr!)).Linear(block.Whole(map));
            return pre[t].Forward(z, 1, pre[t].Steps.Count);
        }
    }
}
