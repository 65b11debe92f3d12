using GraphTune.Engine;

namespace GraphTune.Autograd;

/// <summary>Anything a gradient can flow into: a <see cref="Parameter"/> or a <see cref="Var"/>.</summary>
public interface IDifferentiable
{
    /// <summary>Whether a gradient is wanted; if not, the work for it is skipped.</summary>
    bool Tracks { get; }

    /// <summary>Whether something was added to the gradient since it was last cleared.</summary>
    bool HasGrad { get; }

    /// <summary>Storage for the gradient, for one more share of it.</summary>
    /// <param name="accumulate">True when an earlier share is there to add to; false when the storage is undefined and must be written whole.</param>
    Tensor TakeGrad(out bool accumulate);
}
