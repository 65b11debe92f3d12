using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>ln x.</summary>
public readonly struct Log : IMap<Log>
{
    /// <inheritdoc/>
    public static float Value(float x, float a) => MathF.Log(x);

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => 1f / x;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => Vector256.Log(x);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => Vector256<float>.One / x;
}
