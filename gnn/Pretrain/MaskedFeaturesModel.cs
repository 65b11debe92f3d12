using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Pretrain;

/// <summary>The encoder with a mask token, a linear bridge and a decoder of one convolution.</summary>
/// <remarks>
/// Where features are mostly 0 and the encoder's first layer maps them before it sums, the map is a sparse product, and W·token takes its
/// place after it: one row for every hidden node, or, where dropout takes other numbers from each, a row for each. A noise node loses the numbers that the
/// node it shows loses.
/// </remarks>
internal sealed class MaskedFeaturesModel : PretextModel
{
    private readonly MaskedFeatures options;
    private readonly Encoder encoder;
    private readonly SparseTensor? sparse;
    private readonly Tensor zeros;
    private readonly Parameter token;
    private readonly Linear bridge;
    private readonly FeatureDecoderModel decoder;
    private HiddenNodes? hidden;

    public MaskedFeaturesModel(MaskedFeatures options, Encoder encoder, PretextData data, ulong seed) : base(encoder, data, seed)
    {
        (this.options, this.encoder) = (options, encoder);
        var (device, inputs, width, rng) = (data.Device, data.Features, encoder.Width, new Rng(seed, WeightStream));
        token = Add("token", Init.Constant(device, new Shape(inputs), 0f));
        bridge = Add("bridge", new Linear(device, width, width, rng, bias: false));
        decoder = Add("decoder", new FeatureDecoderModel(options.DecoderFor(encoder.Options.Convolution), device, width, inputs, encoder.Options.AttentionDropout, rng));
        zeros = AddBuffer("zeros", Tensor.From(device, new Shape(width), new float[width]));
        if (encoder.MapsFirst) sparse = data.SparseFeatures();
    }

    protected override Var Loss(Tape tape, GraphBatch batch, Rng rng)
    {
        hidden?.Dispose();   // lived until now, since backward needed it
        hidden = new HiddenNodes(Data.Device, batch.Graph.Nodes, options.Share, options.Noise, rng);
        var x = tape.Input(batch.NodeFeatures!);
        var dropLast = options.DecoderDropout is null;
        var h = bridge.Forward(sparse is null ? encoder.Forward(batch.Graph, Masked(x, token), dropLast) : encoder.Forward(batch.Graph, lin => Mapped(tape, lin), dropLast));
        if (decoder.Remasks) h = h.ReplaceRows(hidden.All.Index, zeros);
        var guess = decoder.Forward(batch.Graph, h.Dropout(options.DecoderDropout ?? 0f), hidden.All);
        var truth = x.Gather(hidden.All);
        return options.Error == ReconstructionError.ScaledCosine ? guess.ScaledCosineError(truth, options.Gamma, epsilon: options.Epsilon) : guess.MeanSquaredError(truth);
    }

    // W·x of what the nodes show.
    private Var Mapped(Tape tape, Linear lin)
    {
        var drop = encoder.Options.InputDropout;
        var one = tape.Input(token).Reshape(1, token.Count);
        var instead = drop > 0f ? Dropped(one.Gather(hidden!.Copies), drop).Linear(lin.Weight) : one.Linear(lin.Weight).Reshape(lin.Weight.Shape[0]);
        return Masked(tape.Input(sparse!).Dropout(drop).Linear(lin.Weight), instead);
    }

    // Features are the wide side: the copies are not kept beside what is left of them.
    private static Var Dropped(Var copies, float drop)
    {
        var left = copies.Dropout(drop);
        if (left != copies) copies.Dispose();
        return left;
    }

    private Var Masked(Var x, Tensor instead) => (hidden!.Shown is { } shown ? x.Gather(shown) : x).ReplaceRows(hidden.Token, instead);

    public override void Dispose()
    {
        hidden?.Dispose();
        sparse?.Dispose();
        base.Dispose();
    }
}
