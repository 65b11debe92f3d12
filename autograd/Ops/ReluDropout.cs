using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y = dropout(max(x + b, 0)), in one pass forward and one back.</summary>
/// <param name="X">x[n,m].</param>
/// <param name="B">b[m], or null for none.</param>
/// <param name="P">The share that is dropped, 0 to 1.</param>
/// <param name="Key">The stream of random numbers.</param>
/// <remarks>Backward reads y, which the next layer keeps anyway, and draws no number again.</remarks>
public sealed record ReluDropout(Tensor X, Tensor? B, float P, RandomKey Key) : Op(B is null ? [X] : [X, B])
{
    /// <inheritdoc/>
    public override Shape Shape() => B is null || (B.Shape.Rank == 1 && X.Shape.Rank > 0 && X.Shape[X.Shape.Rank - 1] == B.Count)
        ? X.Shape
        : throw new ShapeException($"ReluDropout x[n,m] b[m] -> y[n,m]: x is {X.Shape}, but b is {B.Shape}");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Kernels.ReluDropout(X, B, y, P, Key));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        var dy = y.Grad;
        Run(new MapGrad<ScaledRelu>(y, y, dy, dy, Accumulate: false, Kernels.Dropout.Scale(P)));   // in place: nobody else reads dy
        if (B is not null && Wants(B, out var db, out var add)) Run(new ColumnSum(dy, db, add));
        PassOn(y, X);
    }

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => false;
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>max(x + b, 0), then dropout: the same numbers as (x + b).Relu().Dropout(p), in one pass. On a tape for inference nothing is dropped.</summary>
        /// <param name="p">The share that is dropped, 0 to 1.</param>
        /// <param name="bias">b[m] for x[n,m]; null for none.</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is outside 0 to 1.</exception>
        /// <exception cref="ShapeException">The bias is not as long as a row.</exception>
        /// <remarks>8 bytes moved per element forward, 12 backward. Deterministic: named by the tape's (seed, step, draw).</remarks>
        public Var ReluDropout(float p, Tensor? bias = null)
        {
            if (!(p is >= 0f and <= 1f)) throw new ArgumentOutOfRangeException(nameof(p), p, "ReluDropout: p is the share that is dropped, 0 to 1");
            return p == 0f || !x.Tape.Records ? new ReluDropout(x, bias, 0f, default).Apply() : new ReluDropout(x, bias, p, x.Tape.NextKey()).Apply();
        }
    }
}
