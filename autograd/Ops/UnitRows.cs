using GraphTune.Engine;

namespace GraphTune.Autograd.Ops;

/// <summary>y = x / max(‖x‖, ε), row by row: rows of Euclidean length 1, as PyTorch's <c>normalize</c>.</summary>
public sealed record UnitRows(Tensor X, float Epsilon) : Op(X)
{
    /// <inheritdoc/>
    public override Shape Shape() => X.Shape.Rank > 0 ? X.Shape : throw new ShapeException("UnitRows: x is a scalar, where x[n,f] is needed");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Kernels.UnitRows(X, y, Epsilon));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new Kernels.UnitRowsGrad(X, y, y.Grad, dx, Epsilon, add));
    }
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>Each row divided by its Euclidean length, or by ε where that is smaller.</summary>
        /// <param name="epsilon">The least length to divide by.</param>
        public Var UnitRows(float epsilon = 1e-12f) => new UnitRows(x, epsilon).Apply();
    }
}
