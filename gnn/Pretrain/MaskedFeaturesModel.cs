using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Pretrain;

/// <summary>The encoder with a mask token, a linear bridge and a decoder of one convolution.</summary>
internal sealed class MaskedFeaturesModel : PretextModel
{
    private readonly MaskedFeatures options;
    private readonly Encoder encoder;
    private readonly Tensor zeros, missing;
    private readonly Parameter token;
    private readonly Linear bridge;
    private readonly GraphStep decoder;
    private Indices? hidden, visible;
    private int[] order = [];

    public MaskedFeaturesModel(MaskedFeatures options, Encoder encoder, PretextData data, ulong seed) : base(encoder, data, seed)
    {
        (this.options, this.encoder) = (options, encoder);
        var (device, inputs, width, rng) = (data.Device, data.Features, encoder.Options.Hidden, new Rng(seed, WeightStream));
        token = Add("token", Init.Constant(device, new Shape(inputs), 0f));
        bridge = Add("bridge", new Linear(device, width, width, rng, bias: false));
        decoder = GraphStep.Of(encoder.Options, device, width, inputs, heads: 1, rng);
        Add("decoder", decoder.Module);
        zeros = AddBuffer("zeros", Tensor.From(device, new Shape(width), new float[width]));
        missing = AddBuffer("missing", Tensor.From(device, new Shape(inputs), [.. Enumerable.Repeat(float.NaN, inputs)]));
    }

    protected override Var Loss(Tape tape, GraphBatch batch, Rng rng)
    {
        Hide(batch.Graph.Nodes, rng);
        var (graph, features, x) = (batch.Graph, batch.NodeFeatures!, tape.Input(batch.NodeFeatures!));
        var h = bridge.Forward(encoder.Forward(graph, x.ReplaceRows(hidden!, token)));
        var guess = decoder.Forward(graph, h.ReplaceRows(hidden!, zeros));
        return options.Error == ReconstructionError.ScaledCosine
            ? guess.ScaledCosineError(features, options.Gamma, hidden)
            : guess.MeanSquaredError(x.ReplaceRows(visible!, missing));
    }

    // Shuffles from the same order in every step, so that a step depends on nothing but its own draws.
    private void Hide(int nodes, Rng rng)
    {
        if (order.Length != nodes) Resize(nodes);
        for (var i = 0; i < order.Length; i++) order[i] = i;
        rng.Shuffle(order.AsSpan());
        hidden!.Write(order.AsSpan(0, hidden.Count));
        visible!.Write(order.AsSpan(hidden.Count));
    }

    private void Resize(int nodes)
    {
        hidden?.Dispose();
        visible?.Dispose();
        order = new int[nodes];
        hidden = new Indices(Data.Device, Math.Max(1, Math.Min((int)(options.Share * nodes), nodes - 1)));
        visible = new Indices(Data.Device, nodes - hidden.Count);
    }

    public override void Dispose()
    {
        hidden?.Dispose();
        visible?.Dispose();
        base.Dispose();
    }
}
