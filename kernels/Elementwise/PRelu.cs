using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>a where it is above 0, b·a elsewhere: b is the slope.</summary>
/// <remarks>He et al. 2015, "Delving deep into rectifiers", arXiv:1502.01852, eqs. 1 and 11. At 0 the gradient of a is that of below.</remarks>
public readonly struct PRelu : IZip<PRelu>
{
    /// <inheritdoc/>
    public static float Value(float a, float b) => a > 0f ? a : b * a;

    /// <inheritdoc/>
    public static float SlopeA(float a, float b) => a > 0f ? 1f : b;

    /// <inheritdoc/>
    public static float SlopeB(float a, float b) => a > 0f ? 0f : a;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> a, Vector256<float> b) => Vector256.ConditionalSelect(Above(a), a, b * a);

    /// <inheritdoc/>
    public static Vector256<float> SlopeA(Vector256<float> a, Vector256<float> b) => Vector256.ConditionalSelect(Above(a), Vector256<float>.One, b);

    /// <inheritdoc/>
    public static Vector256<float> SlopeB(Vector256<float> a, Vector256<float> b) => Vector256.AndNot(a, Above(a));

    private static Vector256<float> Above(Vector256<float> a) => Vector256.GreaterThan(a, Vector256<float>.Zero);
}
