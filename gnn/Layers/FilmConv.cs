using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Feature-wise linear modulation: yᵢ = act(γ₀ ⊙ W₀·xᵢ + β₀) + Σᵣ AGGᵣ act(γᵣ ⊙ Wᵣ·xⱼ + βᵣ), where [βᵣ, γᵣ] = filmᵣ(xᵢ), over the edges j → i of relation r.</summary>
/// <remarks>
/// Brockschmidt 2020, arXiv:1906.12192, eq. 5; options and names as PyG's <c>FiLMConv</c>: <c>lins.0.weight</c>, …, <c>films.0</c>, …,
/// <c>lin_skip.weight</c> (W₀), <c>film_skip</c>. Messages are made a run of edges at a time, and again in backward.
/// </remarks>
public sealed class FilmConv : Module
{
    private readonly int outputs;
    private readonly Aggregator aggregator;
    private readonly Activation act;
    private readonly Linear[] lins;
    private readonly TensorModule[] films;

    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="relations">The number of relations.</param>
    /// <param name="nn">Makes the network from x to [β, γ], one for each relation and one for the node itself; null for linear maps, of which the last has no bias.</param>
    /// <param name="act">What follows the modulation.</param>
    /// <param name="aggr">How the edges of one relation become one row.</param>
    public FilmConv(Device device, int inputs, int outputs, Rng rng, int relations = 1, Func<TensorModule>? nn = null,
        ActivationKind act = ActivationKind.Relu, Aggregation aggr = Aggregation.Mean)
    {
        (this.outputs, this.act, aggregator) = (outputs, new Activation(act), Aggregator.From(aggr));
        lins = [.. Enumerable.Range(0, relations).Select(_ => new Linear(device, inputs, outputs, rng, bias: false))];
        films = [.. Enumerable.Range(0, relations).Select(_ => nn?.Invoke() ?? new Linear(device, inputs, 2 * outputs, rng))];
        Add("lins", new ModuleList(lins));
        Add("films", new ModuleList(films));
        LinSkip = Add("lin_skip", new Linear(device, inputs, outputs, rng, bias: false));
        FilmSkip = Add("film_skip", nn?.Invoke() ?? new Linear(device, inputs, 2 * outputs, rng, bias: false));
    }

    /// <summary>W₀.</summary>
    public Linear LinSkip { get; }

    /// <summary>What makes β₀ and γ₀.</summary>
    public TensorModule FilmSkip { get; }

    /// <summary>y[n, outputs], for a layer of one relation.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    public Var Forward(Graph graph, Var x) => Forward([graph], x);

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph; it has as many relations as the layer.</param>
    /// <param name="x">x[n, inputs].</param>
    public Var Forward(RelationalGraph graph, Var x) => Forward(graph.Relations, x);

    private Var Forward(IReadOnlyList<Graph> relations, Var x)
    {
        if (relations.Count != lins.Length) throw new ShapeException($"FilmConv: the graph has {relations.Count} relations, but the layer {lins.Length}");
        var film = FilmSkip.Forward(x);
        var y = act.Forward(Gamma(film) * LinSkip.Forward(x) + Beta(film));
        for (var r = 0; r < lins.Length; r++) y = y + Messages(relations[r], lins[r].Forward(x), films[r].Forward(x));
        return y;
    }

    private Var Messages(Graph graph, Var source, Var film) => graph.Aggregate(aggregator, outputs, 2 * outputs, block =>
    {
        var own = block.Target(film);
        return act.Forward(Gamma(own) * block.Source(source) + Beta(own));
    }, [source, film]);

    private Var Beta(Var film) => film.Columns(..outputs);

    private Var Gamma(Var film) => film.Columns(outputs..);
}
