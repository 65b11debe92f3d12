using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd.Ops;

/// <summary>Σ x·u for a constant u, summed in double on the host: turns any result into one number, for checks. It waits for the device.</summary>
public sealed record Dot(Tensor X, Tensor U) : Op(X, U)
{
    /// <inheritdoc/>
    public override Shape Shape() => X.Shape == U.Shape ? new(1) : throw new ShapeException($"Dot: x is {X.Shape} but u is {U.Shape}");

    /// <inheritdoc/>
    public override void Forward(Var y) => Run(new Fill(y, (float)Probe.Dot(X.ToArray(), U.ToArray())));

    /// <inheritdoc/>
    public override void Backward(Var y)
    {
        if (Wants(X, out var dx, out var add)) Run(new ScaleBy(y.Grad, U, dx, add));
    }
}
