using GraphTune.Engine;

namespace GraphTune.Autograd.Ops;

/// <summary>Drops a share of all elements, and scales the rest so that the mean stays. Backward draws the same numbers again.</summary>
public sealed record Dropout(Tensor X, float P, RandomKey Key) : Op(X)
{
    /// <inheritdoc/>
    public override Shape Shape() => X.Shape;

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Kernels.Dropout(X, y, P, Key));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        var dy = y.Grad;
        if (Wants(X, y, out var dx, out var add)) Run(new Kernels.Dropout(dy, dx, P, Key, add));
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => false;

    /// <inheritdoc/>
    public override bool ReadsResult => false;
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>y = x / (1 − p) with probability 1 − p, else 0, each element for itself. On a tape for inference, or with p = 0, y is x.</summary>
        /// <param name="p">The share that is dropped, 0 to 1.</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is outside 0 to 1.</exception>
        /// <remarks>Srivastava et al. 2014. Named by the tape's (seed, step, draw), so the same bits on every device. Stores no mask.</remarks>
        public Var Dropout(float p)
        {
            if (!(p is >= 0f and <= 1f)) throw new ArgumentOutOfRangeException(nameof(p), p, "Dropout: p is the share that is dropped, 0 to 1");
            return p == 0f || !x.Tape.Records ? x : new Dropout(x, p, x.Tape.NextKey()).Apply();
        }
    }
}
