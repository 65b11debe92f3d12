using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Pretrain;

/// <summary>The encoder with a mask token, a linear bridge and a decoder of one convolution.</summary>
internal sealed class MaskedFeaturesModel : PretextModel
{
    private const uint WeightStream = uint.MaxValue;   // steps count up from 1
    private readonly MaskedFeatures options;
    private readonly Graph graph;
    private readonly Tensor features, zeros, missing;
    private readonly Parameter token;
    private readonly Linear bridge;
    private readonly GraphStep decoder;
    private readonly Indices hidden, visible;
    private readonly int[] order;

    public MaskedFeaturesModel(MaskedFeatures options, Encoder encoder, Graph graph, Tensor features, ulong seed) : base(encoder, seed)
    {
        (this.options, this.graph, this.features) = (options, graph, features);
        var (device, inputs, width, rng) = (features.Device, features.Shape[1], encoder.Options.Hidden, new Rng(seed, WeightStream));
        token = Add("token", Init.Constant(device, new Shape(inputs), 0f));
        bridge = Add("bridge", new Linear(device, width, width, rng, bias: false));
        decoder = GraphStep.Of(encoder.Options, device, width, inputs, heads: 1, rng);
        Add("decoder", decoder.Module);
        zeros = AddBuffer("zeros", Tensor.From(device, new Shape(width), new float[width]));
        missing = AddBuffer("missing", Tensor.From(device, new Shape(inputs), [.. Enumerable.Repeat(float.NaN, inputs)]));
        order = new int[graph.Nodes];
        hidden = new Indices(device, Math.Max(1, Math.Min((int)(options.Share * graph.Nodes), graph.Nodes - 1)));
        visible = new Indices(device, graph.Nodes - hidden.Count);
    }

    protected override Var Loss(Tape tape, Rng rng)
    {
        Hide(rng);
        var x = tape.Input(features);
        var h = bridge.Forward(Encoder.Forward(graph, x.ReplaceRows(hidden, token)));
        var guess = decoder.Forward(graph, h.ReplaceRows(hidden, zeros));
        return options.Error == ReconstructionError.ScaledCosine
            ? guess.ScaledCosineError(features, options.Gamma, hidden)
            : guess.MeanSquaredError(x.ReplaceRows(visible, missing));
    }

    // Shuffles from the same order in every step, so that a step depends on nothing but its own draws.
    private void Hide(Rng rng)
    {
        for (var i = 0; i < order.Length; i++) order[i] = i;
        rng.Shuffle(order.AsSpan());
        hidden.Write(order.AsSpan(0, hidden.Count));
        visible.Write(order.AsSpan(hidden.Count));
    }

    public override void Dispose()
    {
        hidden.Dispose();
        visible.Dispose();
        base.Dispose();
    }
}
