using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>√(x + a). Where that is 0 the slope is taken for 0, as PyTorch does for norms and deviations.</summary>
public readonly struct Sqrt : IMap<Sqrt>
{
    /// <inheritdoc/>
    public static float Value(float x, float a) => MathF.Sqrt(x + a);

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => y == 0f ? 0f : 0.5f / y;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => Vector256.Sqrt(x + Vector256.Create(a));

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) =>
        Vector256.ConditionalSelect(Vector256.Equals(y, default), default, Vector256.Create(0.5f) / y);
}

/// <summary>1 / √(x + a).</summary>
public readonly struct Rsqrt : IMap<Rsqrt>
{
    /// <inheritdoc/>
    public static float Value(float x, float a) => 1f / MathF.Sqrt(x + a);

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => -0.5f * y * y * y;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => Vector256<float>.One / Vector256.Sqrt(x + Vector256.Create(a));

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => y * y * y * -0.5f;
}
