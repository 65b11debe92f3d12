using GraphTune.Autograd;
using GraphTune.Engine;

namespace GraphTune.Gnn.Pretrain;

/// <summary>An encoder with what a pretext task needs besides: a decoder, a mask token, sampled pairs.</summary>
public abstract class PretextModel : Module
{
    /// <summary>The stream of random numbers for initial weights; steps count up from 1.</summary>
    protected const uint WeightStream = uint.MaxValue;

    private readonly ulong seed;
    private uint step;

    /// <summary>Borrows the encoder, under <c>encoder</c>, and the data.</summary>
    /// <param name="encoder">What is to be trained.</param>
    /// <param name="data">What it is trained on.</param>
    /// <param name="seed">Names all draws.</param>
    protected PretextModel(GraphEncoder encoder, PretextData data, ulong seed) => (Encoder, Data, this.seed) = (Borrow("encoder", encoder), data, seed);

    /// <summary>What is being trained. Disposing this model leaves it alive.</summary>
    public GraphEncoder Encoder { get; }

    /// <summary>What it is trained on. Disposing this model leaves it alive.</summary>
    public PretextData Data { get; }

    /// <summary>The loss of the next step: of the next batch, with fresh draws.</summary>
    public Var Loss(Tape tape)
    {
        Advance();
        return Loss(tape, Data.Next(), ++step);
    }

    /// <summary>The loss of a batch with the draws of a step of that number; the same numbers give the same loss.</summary>
    internal Var Loss(Tape tape, GraphBatch batch, uint number) => Loss(tape, batch, new Rng(seed, number));

    /// <summary>What changes between two steps without a gradient, such as a copy that follows the encoder. Called before each loss.</summary>
    protected virtual void Advance()
    {
    }

    /// <summary>The loss of one step.</summary>
    /// <param name="tape">Where it is computed.</param>
    /// <param name="batch">The whole graph as a batch of one, or the next batch; valid until the next step.</param>
    /// <param name="rng">The step's draws.</param>
    protected abstract Var Loss(Tape tape, GraphBatch batch, Rng rng);
}
