using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn.Optim;

/// <summary>Scales gradients down together when they are too long (Pascanu, Mikolov and Bengio 2013).</summary>
public static class ClipGradNorm
{
    /// <summary>Multiplies every gradient by min(1, max / (n + 10⁻⁶)), where n is the norm of all of them as one vector.</summary>
    /// <param name="parameters">Those without a gradient are passed over.</param>
    /// <param name="maxNorm">The largest norm allowed.</param>
    /// <param name="norm">Which norm: 2, 1, infinity for the largest element, or any above 0.</param>
    /// <returns>Two numbers on the device: the factor, and the norm before. The caller disposes of them; null if there is no gradient.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The norm's order is not above 0.</exception>
    /// <remarks>Nothing is read back. Deterministic: blocks of fixed size, merged in order. An optimizer's <c>Step</c> clips by itself, without this extra pass.</remarks>
    public static Tensor? Apply(IEnumerable<Parameter> parameters, float maxNorm, float norm = 2f)
    {
        Parameter[] with = [.. parameters.Where(p => p.HasGrad)];
        if (with.Length == 0) return null;
        var device = with[0].Device;
        using var parts = new Tensor(device, new Shape(with.Sum(p => Blocks.In(p.Count))));
        var at = 0;
        foreach (var p in with)
        {
            device.Run(new NormParts(p.Grad, norm, parts, at));
            at += Blocks.In(p.Count);
        }
        var measured = Factor(parts, maxNorm, norm);
        foreach (var p in with) p.Device.Run(new ScaleBy(measured, p.Grad, p.Grad, Accumulate: false));
        return measured;
    }

    // The 2-norm of all that moves, one kernel a batch.
    internal static Tensor Measure(IReadOnlyList<UpdateBatch> batches, float maxNorm)
    {
        var device = batches[0].Grads.Device;
        using var parts = new Tensor(device, new Shape(batches.Sum(b => b.Blocks.Count)));
        var at = 0;
        foreach (var batch in batches)
        {
            device.Run(new NormParts(batch.Grads, 2f, parts, at, batch.Blocks));
            at += batch.Blocks.Count;
        }
        return Factor(parts, maxNorm, 2f);
    }

    private static Tensor Factor(Tensor parts, float maxNorm, float norm)
    {
        if (!(norm > 0f)) throw new ArgumentOutOfRangeException(nameof(norm), norm, "ClipGradNorm: the order of the norm must be above 0");
        var measured = new Tensor(parts.Device, new Shape(2));
        parts.Device.Run(new ClipFactor(parts, norm, maxNorm, measured));
        return measured;
    }
}
