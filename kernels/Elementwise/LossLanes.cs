using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>Eight predictions, targets, weights and constants at a time. Lanes past the end have a missing target, and so count for nothing.</summary>
internal readonly ref struct LossLanes(ReadOnlySpan<float> x, ReadOnlySpan<float> t, Cycle weight, Cycle a)
{
    private readonly ReadOnlySpan<float> x = x, t = t;
    private readonly Cycle weight = weight, a = a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void At(int i, out Vector256<float> prediction, out Vector256<float> target, out Vector256<float> w, out Vector256<float> constant)
    {
        prediction = Lanes.Load(x, i, 0f);
        target = Lanes.Load(t, i, float.NaN);
        w = weight.Load(i);
        constant = a.Load(i);
    }
}

/// <summary>Numbers repeated without end: element i is xᵢ mod n. No numbers are one constant.</summary>
internal readonly ref struct Cycle(Tensor? numbers, float constant)
{
    private readonly ReadOnlySpan<float> x = numbers is null ? default : numbers.Span;
    private readonly Vector256<float> constant = Vector256.Create(constant);

    /// <summary>The elements i to i + 7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Load(int i)
    {
        if (x.IsEmpty) return constant;
        if (i + Lanes.Width <= x.Length) return Lanes.Load(x, i);
        var at = i % x.Length;
        return at + Lanes.Width <= x.Length ? Lanes.Load(x, at) : Wrap(at);
    }

    private Vector256<float> Wrap(int at)
    {
        Span<float> lanes = stackalloc float[Lanes.Width];
        for (var lane = 0; lane < Lanes.Width; lane++)
        {
            lanes[lane] = x[at];
            at = at + 1 == x.Length ? 0 : at + 1;
        }
        return Lanes.Load(lanes, 0);
    }
}
