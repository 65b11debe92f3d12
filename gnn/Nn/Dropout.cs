using GraphTune.Autograd;
using GraphTune.Autograd.Ops;

namespace GraphTune.Gnn;

/// <summary>Drops a share of all elements while training; does nothing on a tape for inference.</summary>
/// <param name="p">The share that is dropped, 0 to 1.</param>
public sealed class Dropout(float p) : TensorModule
{
    /// <summary>The share that is dropped.</summary>
    public float P { get; } = p;

    /// <inheritdoc cref="TensorMath.extension(Var).Dropout(float)"/>
    public override Var Forward(Var x) => x.Dropout(P);
}
