using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Autograd;

/// <summary>Parameters side by side: their values in one stretch of memory, their gradients in another, in the same order.</summary>
/// <remarks>
/// So an optimizer moves all of them with one kernel, and gradients of several devices add up as one vector. A parameter stays the same object,
/// with the same name in every checkpoint; only its storage moves, once. The memory is returned with the last of the parameters.
/// </remarks>
public sealed class ParameterArena
{
    private const int Alignment = 16;   // floats: a cache line of the host, and more than a GPU's widest load
    private int alive;

    private ParameterArena(IReadOnlyList<Parameter> parameters)
    {
        Parameters = [.. parameters];
        alive = Parameters.Count;
        var count = checked((int)Parameters.Sum(p => (long)Padded(p.Count)));
        var device = Parameters[0].Device;
        (Values, Grads) = BufferPool.Lasting(() => (new Tensor(device, new Shape(count)), new Tensor(device, new Shape(count))));
        device.Run(new Fill(Values, 0f));
        device.Run(new Fill(Grads, 0f));
        var start = 0;
        foreach (var p in Parameters)
        {
            p.MoveInto(this, start);
            start += Padded(p.Count);
        }
    }

    /// <summary>The parameters, in their order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>All values; each parameter begins at its <see cref="Parameter.Start"/>. Gaps between parameters hold zeros.</summary>
    public Tensor Values { get; }

    /// <summary>All gradients, placed as the values are. Those of a parameter without gradient are undefined; gaps hold zeros.</summary>
    public Tensor Grads { get; }

    /// <summary>Puts parameters side by side, in the order given. Those that stand in an arena already stay there.</summary>
    /// <param name="parameters">On one device.</param>
    /// <exception cref="DeviceException">They are on different devices.</exception>
    public static void Adopt(IEnumerable<Parameter> parameters)
    {
        Parameter[] free = [.. parameters.Where(p => p.Arena is null).Distinct()];
        if (free.Length == 0) return;
        if (Array.Find(free, p => p.Device != free[0].Device) is { } other)
            throw new DeviceException($"parameters are on different devices: {free[0]} on {free[0].Device}, {other} on {other.Device}");
        _ = new ParameterArena(free);
    }

    /// <summary>The stretches that some of the arena's parameters fill; neighbours make one stretch, with the gap between.</summary>
    /// <param name="parameters">Parameters of this arena.</param>
    public static IEnumerable<(int Start, int End)> Stretches(IEnumerable<Parameter> parameters)
    {
        var (start, end) = (0, 0);
        foreach (var p in parameters.OrderBy(p => p.Start))
        {
            if (p.Start != end)
            {
                if (end > start) yield return (start, end);
                start = p.Start;
            }
            end = p.Start + Padded(p.Count);
        }
        if (end > start) yield return (start, end);
    }

    internal void Leave()
    {
        if (--alive > 0) return;
        Values.Dispose();
        Grads.Dispose();
    }

    private static int Padded(int count) => (count + Alignment - 1) / Alignment * Alignment;
}
