using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>x · Φ(x), Φ the normal distribution: the exact form of GELU (Hendrycks and Gimpel 2016, arXiv:1606.08415), PyTorch's default.</summary>
/// <remarks>Φ by Abramowitz and Stegun 1964, eq. 7.1.26, whose error is at most 1.5·10⁻⁷.</remarks>
public readonly struct ErfGelu : IMap<ErfGelu>
{
    private const float P = 0.3275911f, A1 = 0.254829592f, A2 = -0.284496736f, A3 = 1.421413741f, A4 = -1.453152027f, A5 = 1.061405429f;
    private const float Root = 0.70710678f, Density = 0.39894228f;   // 1 / √2 and 1 / √(2π)

    /// <inheritdoc/>
    public static float Value(float x, float a) => x * Normal(x);

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => Normal(x) + x * Density * MathF.Exp(-0.5f * x * x);

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => x * Normal(x);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => Normal(x) + x * Vector256.Exp(x * x * -0.5f) * Density;

    // Half of 1 ∓ erf(|x| / √2), by the sign of x.
    private static float Normal(float x)
    {
        var t = 1f / (1f + P * Root * (x < 0f ? -x : x));
        var tail = 0.5f * t * (A1 + t * (A2 + t * (A3 + t * (A4 + t * A5)))) * MathF.Exp(-0.5f * x * x);
        return x < 0f ? tail : 1f - tail;
    }

    private static Vector256<float> Normal(Vector256<float> x)
    {
        Vector256<float> one = Vector256<float>.One, t = one / (one + Vector256.Abs(x) * (P * Root));
        var sum = t * A5 + Vector256.Create(A4);
        sum = t * sum + Vector256.Create(A3);
        sum = t * sum + Vector256.Create(A2);
        sum = t * sum + Vector256.Create(A1);
        var tail = t * sum * Vector256.Exp(x * x * -0.5f) * 0.5f;
        return Vector256.ConditionalSelect(Vector256.LessThan(x, default), tail, one - tail);
    }
}
