using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>f(x) = x.</summary>
public readonly struct Identity : IMap<Identity>
{
    /// <inheritdoc/>
    public static bool SlopeReadsX(float a) => false;

    /// <inheritdoc/>
    public static float Value(float x, float a) => x;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => 1f;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => x;

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => Vector256<float>.One;
}

/// <summary>What follows a product: a function with its constant, then dropout with its stream of numbers.</summary>
/// <param name="A">The function's constant.</param>
/// <param name="P">The share that is dropped; 0 for no dropout.</param>
/// <param name="Key">The stream, as for <see cref="Dropout"/>: the same elements are dropped.</param>
public readonly record struct Ending(float A = 0f, float P = 0f, RandomKey Key = default);

/// <summary>y = dropout(f(y)) and its gradient over a run of elements that are in the cache: the CPU half of fused products.</summary>
internal readonly struct MapRows<TMap>(Ending ending) : IRowEnd where TMap : struct, IMap<TMap>
{
    private const int Group = 4 * Lanes.Width;   // elements that share eight Philox blocks
    private readonly float scale = Dropout.Scale(ending.P);

    /// <inheritdoc/>
    public bool IsNothing => ending.P == 0f && (typeof(TMap) == typeof(Identity) || typeof(TMap) == typeof(Relu));   // tiles rectify

    /// <inheritdoc/>
    public void Finish(Span<float> y, int first)
    {
        for (var group = first / Group; (long)group * Group < first + (long)y.Length; group++)
        {
            var factors = Factors(group, draws: ending.P > 0f);
            for (var part = 0; part < 4; part++)
            {
                var i = group * Group + part * Lanes.Width - first;
                if (i >= 0 && i <= y.Length - Lanes.Width) Value(Lanes.Load(y, i), factors[part]).Store(y, i);
                else Partly(y, i, factors[part]);
            }
        }
    }

    /// <summary>dz = dy · f′ · the factor of dropout, from the result y; dz may be dy.</summary>
    public void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dz, int first)
    {
        var draws = ending.P > 0f && typeof(TMap) != typeof(Relu);   // where a rectified result is positive, it was kept
        for (var group = first / Group; (long)group * Group < first + (long)y.Length; group++)
        {
            var factors = Factors(group, draws);
            for (var part = 0; part < 4; part++)
            {
                var i = group * Group + part * Lanes.Width - first;
                if (i >= 0 && i <= y.Length - Lanes.Width) Slope(Lanes.Load(y, i), Lanes.Load(dy, i), factors[part]).Store(dz, i);
                else Partly(y, dy, dz, i, factors[part]);
            }
        }
    }

    [InlineArray(4)]
    private struct Four
    {
        private Vector256<float> first;
    }

    // The scale where an element is kept, 0 where it is dropped.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Four Factors(int group, bool draws)
    {
        Four factors = default;
        if (draws)
        {
            PhiloxLanes.Blocks(ending.Key, (uint)group * Lanes.Width, out var word0, out var word1, out var word2, out var word3);
            (factors[0], factors[1], factors[2], factors[3]) = (Factor(word0), Factor(word1), Factor(word2), Factor(word3));
        }
        else for (var part = 0; part < 4; part++) factors[part] = Vector256.Create(scale);
        return factors;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Factor(Vector256<uint> word) =>
        Vector256.GreaterThanOrEqual((word >> 8).AsInt32(), Vector256.Create(Dropout.Dropped(ending.P))).AsSingle() & Vector256.Create(scale);

    // A dropped element is 0 whatever it was, NaN too.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Value(Vector256<float> x, Vector256<float> factor)
    {
        var y = TMap.Value(x, ending.A);
        return ending.P == 0f ? y : y * factor & ~Vector256.Equals(factor, Vector256<float>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Slope(Vector256<float> y, Vector256<float> dy, Vector256<float> factor)
    {
        var before = typeof(TMap) == typeof(Relu) || typeof(TMap) == typeof(Identity) || ending.P == 0f ? y : y * (1f - ending.P);
        var dz = TMap.Slope(before, before, ending.A) * dy;
        return ending.P == 0f ? dz : dz * factor & ~Vector256.Equals(factor, Vector256<float>.Zero);
    }

    private void Partly(Span<float> y, int i, Vector256<float> factor)
    {
        for (var lane = Math.Max(0, -i); lane < Lanes.Width && i + lane < y.Length; lane++)
            y[i + lane] = Value(Vector256.Create(y[i + lane]), factor)[lane];
    }

    private void Partly(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dz, int i, Vector256<float> factor)
    {
        for (var lane = Math.Max(0, -i); lane < Lanes.Width && i + lane < y.Length; lane++)
            dz[i + lane] = Slope(Vector256.Create(y[i + lane]), Vector256.Create(dy[i + lane]), factor)[lane];
    }
}
