using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y = dropout(f(x·Wᵀ + b)) in one pass, for an f whose slope its result tells: backward keeps y and nothing else.</summary>
/// <param name="X">x[n,k].</param>
/// <param name="W">w[m,k], one row for each output, as in PyTorch.</param>
/// <param name="B">b[m], or null for none.</param>
/// <param name="Ending">The constant of f, and the dropout, whose mask is drawn again in backward.</param>
public sealed record LinearOp<TMap>(Tensor X, Tensor W, Tensor? B = null, Ending Ending = default) : Op(B is null ? [X, W] : [X, W, B])
    where TMap : struct, IMap<TMap>
{
    private static readonly ShapeRule Plain = "x[n,k] w[m,k] -> y[n,m]", Biased = "x[n,k] w[m,k] b[m] -> y[n,m]";

    /// <inheritdoc/>
    public override Shape Shape() => B is null ? Plain.Infer("Linear", X.Shape, W.Shape) : Biased.Infer("Linear", X.Shape, W.Shape, B.Shape);

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new LinearMap<TMap>(X, W, B, y, Ending));

    /// <inheritdoc/>
    public override void Backward(Var y) => Run(new LinearGrad<TMap>(X, W, y, y.Grad, GradOf(X), GradOf(W), GradOf(B), Ending));

    /// <inheritdoc/>
    public override bool Reads(Tensor input) => (input == X && Wants(W)) || (input == W && Wants(X));

    /// <inheritdoc/>
    public override bool ReadsResult => typeof(TMap) != typeof(Identity);
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>x·Wᵀ + b for x[n,k], w[m,k] and b[m]; rectified, then dropped out, if wanted: all in one pass.</summary>
        /// <param name="w">w[m,k], one row for each output, as in PyTorch.</param>
        /// <param name="b">b[m], or null for none.</param>
        /// <param name="relu">Whether to rectify.</param>
        /// <param name="dropout">The share that is dropped, as <see cref="Dropout(Var, float)"/> drops it; nothing on a tape for inference.</param>
        public Var Linear(Tensor w, Tensor? b = null, bool relu = false, float dropout = 0f) => relu ? x.Linear<Relu>(w, b, dropout: dropout) : x.Linear<Identity>(w, b, dropout: dropout);

        /// <summary>dropout(f(x·Wᵀ + b)), in one pass where the result of f tells its slope, so that nothing else need be kept.</summary>
        /// <inheritdoc cref="Linear(Var, Tensor, Tensor?, bool, float)"/>
        /// <param name="w">w[m,k].</param>
        /// <param name="b">b[m], or null for none.</param>
        /// <param name="a">The constant of f.</param>
        /// <param name="dropout">The share that is dropped.</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="dropout"/> is outside 0 to 1.</exception>
        public Var Linear<TMap>(Tensor w, Tensor? b = null, float a = 0f, float dropout = 0f) where TMap : struct, IMap<TMap>
        {
            if (!(dropout is >= 0f and <= 1f)) throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "Linear: dropout is the share that is dropped, 0 to 1");
            if (TMap.SlopeReadsX(a)) return x.Linear(w, b).Map<TMap>(a).Dropout(dropout);
            var drops = dropout > 0f && x.Tape.Records;
            return new LinearOp<TMap>(x, w, b, drops ? new(a, dropout, x.Tape.NextKey()) : new(a)).Apply();
        }
    }
}
