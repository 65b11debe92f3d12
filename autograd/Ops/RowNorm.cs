using GraphTune.Engine;

namespace GraphTune.Autograd.Ops;

/// <summary>y[i,0] = ‖xᵢ‖ₚ, the length of each row; for p = ∞ the largest |x|. Where it is 0 the gradient is 0.</summary>
/// <param name="X">x[n,f].</param>
/// <param name="P">Above 0; 2 is Euclid's.</param>
public sealed record RowNorm(Tensor X, float P = 2f) : Op(X)
{
    /// <inheritdoc/>
    public override Shape Shape()
    {
        if (!(P > 0f)) throw new ArgumentOutOfRangeException(nameof(P), P, "RowNorm: p must be above 0");
        return X.Shape.Rank == 2 ? new(X.Shape[0], 1) : throw new ShapeException($"RowNorm: x is {X.Shape}, but x[n,f] is needed");
    }

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Kernels.RowNorm(X, y, X.Shape[1], P));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new Kernels.RowNormGrad(X, y, y.Grad, dx, X.Shape[1], P, add));
    }
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <inheritdoc cref="Ops.RowNorm"/>
        public Var RowNorm(float p = 2f) => new RowNorm(x, p).Apply();
    }
}
