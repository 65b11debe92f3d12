using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>aᵇ for a ≥ 0. At a = 0 both slopes count as 0, except ∂/∂a = 1 for b = 1, so that no infinity flows from there.</summary>
public readonly struct Power : IZip<Power>
{
    /// <inheritdoc/>
    public static float Value(float a, float b) => a == 0f ? (b == 0f ? 1f : 0f) : MathF.Exp(b * MathF.Log(a));

    /// <inheritdoc/>
    public static float SlopeA(float a, float b) => a == 0f ? (b == 1f ? 1f : 0f) : b * MathF.Exp((b - 1f) * MathF.Log(a));

    /// <inheritdoc/>
    public static float SlopeB(float a, float b) => a == 0f ? 0f : MathF.Exp(b * MathF.Log(a)) * MathF.Log(a);

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Zero(a), Vector256.Equals(b, default) & Vector256<float>.One, Vector256.Exp(b * Vector256.Log(a)));

    /// <inheritdoc/>
    public static Vector256<float> SlopeA(Vector256<float> a, Vector256<float> b) => Vector256.ConditionalSelect(Zero(a),
        Vector256.Equals(b, Vector256<float>.One) & Vector256<float>.One, b * Vector256.Exp((b - Vector256<float>.One) * Vector256.Log(a)));

    /// <inheritdoc/>
    public static Vector256<float> SlopeB(Vector256<float> a, Vector256<float> b)
    {
        var log = Vector256.Log(a);
        return Vector256.ConditionalSelect(Zero(a), default, Vector256.Exp(b * log) * log);
    }

    private static Vector256<float> Zero(Vector256<float> a) => Vector256.Equals(a, default);
}

/// <summary>x kept between 0 and a; the slope is 1 from 0 to a, both included.</summary>
public readonly struct Clamp : IMap<Clamp>
{
    /// <inheritdoc/>
    public static float Value(float x, float a) => x < 0f ? 0f : x > a ? a : x;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => x >= 0f && x <= a ? 1f : 0f;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a)
    {
        var top = Vector256.Create(a);
        return Vector256.ConditionalSelect(Vector256.LessThan(x, default), default, Vector256.ConditionalSelect(Vector256.GreaterThan(x, top), top, x));
    }

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) =>
        Vector256.GreaterThanOrEqual(x, default) & Vector256.LessThanOrEqual(x, Vector256.Create(a)) & Vector256<float>.One;
}

/// <summary>√x where x &gt; a, else 0: a deviation that rounding may have made negative.</summary>
public readonly struct RootAbove : IMap<RootAbove>
{
    /// <inheritdoc/>
    public static float Value(float x, float a) => x <= a ? 0f : MathF.Sqrt(x);

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => x <= a ? 0f : 0.5f / y;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) =>
        Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x, Vector256.Create(a)), default, Vector256.Sqrt(x));

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) =>
        Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x, Vector256.Create(a)), default, Vector256.Create(0.5f) / y);
}
