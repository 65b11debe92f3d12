using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>Softmax over each row, or its logarithm.</summary>
public sealed record Softmax(Tensor X, bool Log) : Op(X)
{
    /// <inheritdoc/>
    public override Shape Shape() => X.Shape.Rank >= 2 ? X.Shape : throw new ShapeException($"Softmax: x has shape {X.Shape}, but rows are needed: x[n,c]");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Kernels.Softmax(X, y, Log));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new SoftmaxGrad(y, y.Grad, dx, Log, add));
    }
}

public static partial class TensorMath
{
    extension(Var x)
    {
        /// <summary>y[n,c] with y_ij = exp(x_ij) / Σ_k exp(x_ik).</summary>
        public Var Softmax() => new Softmax(x, Log: false).Apply();

        /// <summary>y[n,c] with y_ij = x_ij − log Σ_k exp(x_ik), without loss of digits for large x.</summary>
        public Var LogSoftmax() => new Softmax(x, Log: true).Apply();
    }
}
