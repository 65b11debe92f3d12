using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>y[i,j] = x[j,i].</summary>
public sealed record Transposed(Tensor X) : Op(X)
{
    /// <inheritdoc/>
    public override Shape Shape() => X.Shape.Rank == 2 ? new(X.Shape[1], X.Shape[0]) : throw new ShapeException($"Transposed: x is {X.Shape}, where x[n,m] is needed");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new CopyTransposed(X, y));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new CopyTransposed(y.Grad, dx, add));
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
        /// <inheritdoc cref="Ops.Transposed"/>
        public Var Transposed() => new Transposed(x).Apply();
    }
}
