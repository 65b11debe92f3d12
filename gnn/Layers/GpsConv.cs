using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>What may be chosen in a <see cref="GpsConv"/>; the defaults are PyG's.</summary>
public sealed record GpsOptions
{
    /// <summary>Heads of the attention.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>The share of each part's output that is dropped in training.</summary>
    public float Dropout { get; init; }

    /// <summary>What stands between the perceptron's linear maps.</summary>
    public ActivationKind Act { get; init; } = ActivationKind.Relu;

    /// <summary>Makes a norm from its device and width; null for none. Norms per graph see the batch.</summary>
    public Func<Device, int, TensorModule>? Norm { get; init; } = (device, width) => new NestedNorm(new BatchNorm(device, width));

    /// <summary>The probability that an attention weight is dropped in training.</summary>
    public float AttentionDropout { get; init; }

    /// <summary>Whether the attention's maps have biases.</summary>
    public bool AttentionBias { get; init; } = true;
}

/// <summary>A layer on edges and attention among all nodes of a graph, side by side: o = norm₁(conv(x) + x) + norm₂(attn(x) + x), y = norm₃(o + mlp(o)).</summary>
/// <remarks>
/// Rampášek et al. 2022, arXiv:2205.12454, eqs. 2 to 5; options and names as PyG's <c>GPSConv</c>: <c>conv.*</c>, <c>attn.in_proj_weight</c>, …,
/// <c>mlp.0</c>, <c>mlp.3</c>, <c>norm1</c> to <c>norm3</c>.
/// </remarks>
public sealed class GpsConv : Module
{
    private readonly Func<Graph, Var, Var?, Var>? forward;
    private readonly float dropout;
    private readonly TensorModule? norm1, norm2, norm3;

    /// <summary>A layer with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="channels">Columns of x and of y.</param>
    /// <param name="conv">The layer on edges, which becomes this one's own; null for none.</param>
    /// <param name="forward">What it does, from graph, x and edge attributes, such as <c>(g, x, e) => gine.Forward(g, x, e!)</c>.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="options">Its parts and constants; null for PyG's.</param>
    public GpsConv(Device device, int channels, Module? conv, Func<Graph, Var, Var?, Var>? forward, Rng rng, GpsOptions? options = null)
    {
        options ??= new();
        if (conv is null != forward is null) throw new ArgumentException("GpsConv: a layer on edges and what it does come together or not at all");
        (this.forward, dropout) = (forward, options.Dropout);
        if (conv is not null) Add("conv", conv);
        Attn = Add("attn", new MultiheadAttention(device, channels, options.Heads, rng, options.AttentionDropout, options.AttentionBias));
        Mlp = Add("mlp", new Sequential(new Linear(device, channels, 2 * channels, rng), new Activation(options.Act), new Dropout(dropout), new Linear(device, 2 * channels, channels, rng), new Dropout(dropout)));
        if (options.Norm is not { } norm) return;
        norm1 = Add("norm1", norm(device, channels));
        norm2 = Add("norm2", norm(device, channels));
        norm3 = Add("norm3", norm(device, channels));
    }

    /// <summary>The attention.</summary>
    public MultiheadAttention Attn { get; }

    /// <summary>The perceptron at the end.</summary>
    public Sequential Mlp { get; }

    /// <summary>y[n, channels].</summary>
    /// <param name="graph">The graph, or several side by side.</param>
    /// <param name="x">x[n, channels].</param>
    /// <param name="batch">The graph of each node.</param>
    /// <param name="edgeAttr">e[e, d] in the graph's canonical order, for layers on edges that have them.</param>
    public Var Forward(Graph graph, Var x, RowIndex batch, Var? edgeAttr = null)
    {
        var attended = Normed(norm2, Attn.Forward(x, batch).Dropout(dropout) + x, batch);
        var o = forward is null ? attended : Normed(norm1, forward(graph, x, edgeAttr).Dropout(dropout) + x, batch) + attended;
        return Normed(norm3, o + Mlp.Forward(o), batch);
    }

    private static Var Normed(TensorModule? norm, Var x, RowIndex batch) => norm switch
    {
        null => x,
        NormPerGraph perGraph => perGraph.Forward(x, batch),
        _ => norm.Forward(x),
    };
}
