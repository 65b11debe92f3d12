using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn.Pretrain;

/// <summary>The encoder under a predictor, and its copy, which is no part of what learns.</summary>
internal sealed class BgrlModel : PretextModel
{
    private readonly Bgrl options;
    private readonly GraphViews views;
    private readonly Mlp predictor;
    private readonly GraphEncoder copy;
    private readonly StepParts parts = new();

    public BgrlModel(Bgrl options, GraphEncoder encoder, PretextData data, ulong seed) : base(encoder, data, seed)
    {
        (this.options, views, copy) = (options, new(data, encoder), encoder.Twin());
        predictor = Add("predictor", new Mlp(data.Device, [encoder.Width, encoder.Width, encoder.Width], new Rng(seed, WeightStream), new() { Activation = ActivationKind.Elu }));
    }

    /// <summary>The copy takes a step towards the encoder; statistics of norms are the encoder's.</summary>
    protected override void Advance()
    {
        foreach (var ((_, from), (_, to)) in Encoder.Parameters.Zip(copy.Parameters)) Data.Device.Run(new Axpby(1f - options.Decay, from, options.Decay, to));
        foreach (var ((_, from), (_, to)) in Encoder.Buffers.Zip(copy.Buffers)) Data.Device.Run(new Copy(from, to));
    }

    protected override Var Loss(Tape tape, GraphBatch batch, Rng rng)
    {
        parts.Clear();
        var one = views.Of(batch, options.First, rng, parts).Batch;
        var other = views.Of(batch, options.Second, rng, parts).Batch;
        return (Predicted(tape, one).ScaledCosineError(Copied(other), gamma: 1) + Predicted(tape, other).ScaledCosineError(Copied(one), gamma: 1)) * 0.5f;
    }

    private Var Predicted(Tape tape, GraphBatch view) => predictor.Forward(Encoder.Embed(tape, view));

    // On a tape of its own, which lives until the next step.
    private Var Copied(GraphBatch view) => copy.Embed(parts.Add(Tape.Infer(Data.Device)), view);

    public override void Dispose()
    {
        parts.Dispose();
        copy.Dispose();
        base.Dispose();
    }
}
