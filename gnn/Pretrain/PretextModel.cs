using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn.Pretrain;

/// <summary>An encoder with what a pretext task needs besides: a decoder, a mask token, sampled pairs.</summary>
public abstract class PretextModel : Module
{
    private readonly ulong seed;
    private uint step;

    /// <summary>Borrows the encoder, under <c>encoder</c>.</summary>
    /// <param name="encoder">What is to be trained.</param>
    /// <param name="seed">Names all draws.</param>
    protected PretextModel(Encoder encoder, ulong seed) => (Encoder, this.seed) = (Borrow("encoder", encoder), seed);

    /// <summary>What is being trained. Disposing this model leaves it alive.</summary>
    public Encoder Encoder { get; }

    /// <summary>The loss of the next step, with fresh draws.</summary>
    public Var Loss(Tape tape) => Loss(tape, new Rng(seed, ++step));

    /// <summary>The loss of one step.</summary>
    /// <param name="tape">Where it is computed.</param>
    /// <param name="rng">The step's draws.</param>
    protected abstract Var Loss(Tape tape, Rng rng);
}
