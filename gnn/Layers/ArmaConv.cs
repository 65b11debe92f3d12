using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Auto-regressive moving average: the mean of K stacks of z ← act(A·z·W + x·V + b), each T layers deep and starting at z = x; A normalised without added loops.</summary>
/// <remarks>
/// Bianchi, Grattarola, Livi and Alippi 2019, arXiv:1901.01343, eqs. 9 and 10; options and names as PyG's <c>ARMAConv</c>:
/// <c>weight</c>[T − 1, K, outputs, outputs], <c>init_weight</c>[K, inputs, outputs], <c>root_weight</c>[T, K, inputs, outputs],
/// <c>bias</c>[T, K, 1, outputs]; with shared weights T is 1 there. O(T·K·edges·outputs) work.
/// </remarks>
public sealed class ArmaConv : Module
{
    private readonly int inputs, outputs, stacks, layers;
    private readonly bool shared;

    /// <summary>A convolution with random weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="stacks">Filters side by side, K.</param>
    /// <param name="layers">Layers of each, T.</param>
    /// <param name="sharedWeights">Whether all layers have the same W, V and b.</param>
    /// <param name="bias">Whether there is a b.</param>
    public ArmaConv(Device device, int inputs, int outputs, Rng rng, int stacks = 1, int layers = 1, bool sharedWeights = false, bool bias = true)
    {
        (this.inputs, this.outputs, this.stacks, this.layers, shared) = (inputs, outputs, stacks, layers, sharedWeights);
        var deep = sharedWeights ? 1 : layers;
        Weight = Add("weight", Init.Glorot(device, new Shape(Math.Max(1, deep - 1), stacks, outputs, outputs), rng));
        InitWeight = Add("init_weight", Init.Glorot(device, new Shape(stacks, inputs, outputs), rng));
        RootWeight = Add("root_weight", Init.Glorot(device, new Shape(deep, stacks, inputs, outputs), rng));
        if (bias) Bias = Add("bias", Init.Constant(device, new Shape(deep, stacks, 1, outputs), 0f));
    }

    /// <summary>What follows each layer.</summary>
    public ActivationKind Act { get; init; } = ActivationKind.Relu;

    /// <summary>The share of x that is dropped, in training, where it enters a layer again.</summary>
    public float Dropout { get; init; }

    /// <summary>W of the layers after the first.</summary>
    public Parameter Weight { get; }

    /// <summary>W of the first layer.</summary>
    public Parameter InitWeight { get; }

    /// <summary>V.</summary>
    public Parameter RootWeight { get; }

    /// <summary>b, or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>y[n, outputs].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">x[n, inputs].</param>
    /// <param name="weight">w[e] in the graph's canonical order; null for ones.</param>
    public Var Forward(Graph graph, Var x, Tensor? weight = null)
    {
        var (a, w) = graph.GcnNorm(weight, addSelfLoops: false, improved: false, x.Tape);
        var act = new Activation(Act);
        var parts = new Parts(x.Tape.Input(Weight), x.Tape.Input(InitWeight), x.Tape.Input(RootWeight), Bias is null ? null : x.Tape.Input(Bias));
        Var? sum = null;
        for (var stack = 0; stack < stacks; stack++)
        {
            var z = x;
            for (var layer = 0; layer < layers; layer++) z = act.Forward(a.Sum(z.MatMul(WeightOf(parts, layer, stack)), w) + Root(parts, x, layer, stack));
            sum = sum is null ? z : sum + z;
        }
        return stacks == 1 ? sum! : sum! * (1f / stacks);
    }

    // On the tape once, so that each share of their gradient touches its own part alone.
    private sealed record Parts(Var Weight, Var Init, Var Root, Var? Bias);

    private Var WeightOf(Parts of, int layer, int stack) => layer == 0
        ? of.Init.Part(stack, inputs, outputs)
        : of.Weight.Part((shared ? 0 : layer - 1) * stacks + stack, outputs, outputs);

    private Var Root(Parts of, Var x, int layer, int stack)
    {
        var which = (shared ? 0 : layer) * stacks + stack;
        var root = x.Dropout(Dropout).MatMul(of.Root.Part(which, inputs, outputs));
        return of.Bias is null ? root : root + of.Bias.Part(which, outputs);
    }
}
