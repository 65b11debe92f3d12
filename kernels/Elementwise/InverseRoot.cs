using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>1 / √x, and 0 for x = 0: what degrees are normalised with, where a node without edges must stay finite.</summary>
public readonly struct InverseRoot : IMap<InverseRoot>
{
    /// <inheritdoc/>
    public static float Value(float x, float a) => x == 0f ? 0f : 1f / MathF.Sqrt(x);

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => -0.5f * y * y * y;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) =>
        Vector256.ConditionalSelect(Vector256.Equals(x, default), default, Vector256<float>.One / Vector256.Sqrt(x));

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => y * y * y * -0.5f;
}

/// <summary>1 / x, and 0 for x = 0.</summary>
public readonly struct InverseOrZero : IMap<InverseOrZero>
{
    /// <inheritdoc/>
    public static float Value(float x, float a) => x == 0f ? 0f : 1f / x;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => -y * y;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => Vector256.ConditionalSelect(Vector256.Equals(x, default), default, Vector256<float>.One / x);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => -(y * y);
}
