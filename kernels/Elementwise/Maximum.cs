using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>The larger of a and b. Where they are equal, a takes the gradient. NaN in either gives NaN.</summary>
public readonly struct Maximum : IZip<Maximum>
{
    /// <inheritdoc/>
    public static float Value(float a, float b) => b > a || float.IsNaN(b) ? b : a;

    /// <inheritdoc/>
    public static float SlopeA(float a, float b) => b > a || float.IsNaN(b) ? 0f : 1f;

    /// <inheritdoc/>
    public static float SlopeB(float a, float b) => b > a || float.IsNaN(b) ? 1f : 0f;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> a, Vector256<float> b) => Vector256.ConditionalSelect(Second(a, b), b, a);

    /// <inheritdoc/>
    public static Vector256<float> SlopeA(Vector256<float> a, Vector256<float> b) => Vector256.AndNot(Vector256<float>.One, Second(a, b));

    /// <inheritdoc/>
    public static Vector256<float> SlopeB(Vector256<float> a, Vector256<float> b) => Second(a, b) & Vector256<float>.One;

    private static Vector256<float> Second(Vector256<float> a, Vector256<float> b) => Vector256.GreaterThan(b, a) | ~Vector256.Equals(b, b);
}
