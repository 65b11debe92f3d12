using System.Globalization;

namespace GraphTune.Gnn;

/// <summary>How weights are averaged while they are trained. With one, the average is what is validated and kept, and what the model has at the end.</summary>
/// <remarks>
/// Buffers are averaged like parameters, the statistics of batch norms among them; nothing is recomputed, and no data is read again.
/// What does not learn is bit for bit what it was. Costs one more copy of the weights, and one pass over them for each new share.
/// </remarks>
public abstract record WeightAverage
{
    /// <summary>An exponential average of the weights after every step: w̄ ← d·w̄ + (1 − d)·w, d = min(decay, (1 + t) ÷ (10 + t)) at step t.</summary>
    /// <param name="decay">The largest d, 0 to below 1.</param>
    /// <remarks>Polyak and Juditsky 1992; the smaller d of the first steps lets the average leave the start.</remarks>
    public static WeightAverage Ema(double decay = 0.99) => decay is >= 0 and < 1
        ? new Exponential(decay)
        : throw new ArgumentOutOfRangeException(nameof(decay), decay, "WeightAverage: the decay must be from 0 to below 1");

    /// <summary>SWA: the mean of the weights at the ends of epochs, from some epoch on; before it the weights themselves are validated.</summary>
    /// <param name="from">The share of all epochs after which it begins, 0 to below 1.</param>
    /// <remarks>Izmailov et al. 2018, arXiv:1803.05407. The rate is what the schedule says; a constant one explores more.</remarks>
    public static WeightAverage Swa(double from = 0.75) => from is >= 0 and < 1
        ? new Stochastic(from)
        : throw new ArgumentOutOfRangeException(nameof(from), from, "WeightAverage: the average must begin at a share from 0 to below 1 of the epochs");

    /// <summary>The share that the weights after a step get in the average; 0 for none. The first share is the whole.</summary>
    /// <param name="step">The step, from 0.</param>
    public abstract float AfterStep(int step);

    /// <summary>The share that the weights after an epoch get in the average; 0 for none.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="epochs">Epochs at most.</param>
    public abstract float AfterEpoch(int epoch, int epochs);

    private sealed record Exponential(double Decay) : WeightAverage
    {
        public override float AfterStep(int step) => (float)(1 - Math.Min(Decay, (1.0 + step) / (10.0 + step)));

        public override float AfterEpoch(int epoch, int epochs) => 0;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"EMA, decay {Decay}");
    }

    private sealed record Stochastic(double From) : WeightAverage
    {
        public override float AfterStep(int step) => 0;

        public override float AfterEpoch(int epoch, int epochs)
        {
            var first = (int)(From * epochs);
            return epoch < first ? 0 : 1f / (epoch - first + 1);
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"SWA from {From:0%} of the epochs on");
    }
}
