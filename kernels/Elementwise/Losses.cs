using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>(x − t)².</summary>
public readonly struct SquaredError : ILoss<SquaredError>
{
    /// <inheritdoc/>
    public static bool OfDifference => true;

    /// <inheritdoc/>
    public static float Value(float x, float t, float a, float b) => (x - t) * (x - t);

    /// <inheritdoc/>
    public static float Slope(float x, float t, float a, float b) => 2f * (x - t);

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, Vector256<float> t, Vector256<float> a, float b) => (x - t) * (x - t);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> t, Vector256<float> a, float b) => (x - t) * 2f;
}

/// <summary>|x − t|; slope 0 where they are equal, as in PyTorch.</summary>
public readonly struct AbsoluteError : ILoss<AbsoluteError>
{
    /// <inheritdoc/>
    public static bool OfDifference => true;

    /// <inheritdoc/>
    public static float Value(float x, float t, float a, float b) => x < t ? t - x : x - t;

    /// <inheritdoc/>
    public static float Slope(float x, float t, float a, float b) => x > t ? 1f : x < t ? -1f : x - t;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, Vector256<float> t, Vector256<float> a, float b) => Vector256.Abs(x - t);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> t, Vector256<float> a, float b) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(x, t), Vector256<float>.One, Vector256.ConditionalSelect(Vector256.LessThan(x, t), -Vector256<float>.One, x - t));
}

/// <summary>With d = |x − t|: d² / 2a where d &lt; a, else d − a/2; with a = 0, d (Girshick 2015, arXiv:1504.08083, eq. 3).</summary>
public readonly struct SmoothAbsoluteError : ILoss<SmoothAbsoluteError>
{
    /// <inheritdoc/>
    public static bool OfDifference => true;

    /// <inheritdoc/>
    public static float Value(float x, float t, float a, float b)
    {
        var d = AbsoluteError.Value(x, t, a, b);
        return d < a ? 0.5f * d * d / a : d - 0.5f * a;
    }

    /// <inheritdoc/>
    public static float Slope(float x, float t, float a, float b) => AbsoluteError.Value(x, t, a, b) < a ? (x - t) / a : AbsoluteError.Slope(x, t, a, b);

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, Vector256<float> t, Vector256<float> a, float b)
    {
        var d = Vector256.Abs(x - t);
        return Vector256.ConditionalSelect(Vector256.LessThan(d, a), d * d * 0.5f / a, d - a * 0.5f);
    }

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> t, Vector256<float> a, float b) =>
        Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(x - t), a), (x - t) / a, AbsoluteError.Slope(x, t, a, b));
}

/// <summary>−(a·t·log σ(x) + (1 − t)·log(1 − σ(x))): binary cross-entropy of a logit x, in a form that never overflows. a weighs the positives.</summary>
public readonly struct BinaryCrossEntropy : ILoss<BinaryCrossEntropy>
{
    /// <inheritdoc/>
    public static bool OfDifference => false;

    /// <inheritdoc/>
    public static float Value(float x, float t, float a, float b) => (1f - t) * x + (1f + (a - 1f) * t) * (MathF.Log(1f + Decay(x)) + (x < 0f ? -x : 0f));

    /// <inheritdoc/>
    public static float Slope(float x, float t, float a, float b)
    {
        var (yes, no) = Both(x);
        return (1f - t) * yes - a * t * no;
    }

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, Vector256<float> t, Vector256<float> a, float b) =>
        (Vector256<float>.One - t) * x + (Vector256<float>.One + (a - Vector256<float>.One) * t)
        * (Vector256.Log(Vector256<float>.One + Decay(x)) + Vector256.ConditionalSelect(Vector256.LessThan(x, default), -x, default));

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> t, Vector256<float> a, float b)
    {
        var (yes, no) = Both(x);
        return (Vector256<float>.One - t) * yes - a * t * no;
    }

    /// <summary>σ(x) and 1 − σ(x), each with full relative precision.</summary>
    internal static (float Yes, float No) Both(float x)
    {
        var e = Decay(x);
        var large = 1f / (1f + e);
        return x < 0f ? (e * large, large) : (large, e * large);
    }

    /// <inheritdoc cref="Both(float)"/>
    internal static (Vector256<float> Yes, Vector256<float> No) Both(Vector256<float> x)
    {
        var e = Decay(x);
        var large = Vector256<float>.One / (Vector256<float>.One + e);
        var negative = Vector256.LessThan(x, default);
        return (Vector256.ConditionalSelect(negative, e * large, large), Vector256.ConditionalSelect(negative, large, e * large));
    }

    // e^−|x|
    private static float Decay(float x) => MathF.Exp(x < 0f ? x : -x);

    private static Vector256<float> Decay(Vector256<float> x) => Vector256.Exp(-Vector256.Abs(x));
}

/// <summary>
/// a_t·(1 − p_t)^b·(−log p_t), with p = σ(x), p_t = p for t = 1 and 1 − p for t = 0, a_t = a for t = 1 and 1 − a for t = 0, or 1 where a is
/// negative (Lin et al. 2017, arXiv:1708.02002, eq. 5).
/// </summary>
public readonly struct FocalError : ILoss<FocalError>
{
    /// <inheritdoc/>
    public static bool OfDifference => false;

    /// <inheritdoc/>
    public static float Value(float x, float t, float a, float b)
    {
        var (yes, no) = BinaryCrossEntropy.Both(x);
        return Balance(t, a) * Power(yes * (1f - t) + no * t, b) * BinaryCrossEntropy.Value(x, t, 1f, b);
    }

    /// <inheritdoc/>
    public static float Slope(float x, float t, float a, float b)
    {
        var (yes, no) = BinaryCrossEntropy.Both(x);
        var miss = yes * (1f - t) + no * t;
        var focus = miss == 0f ? 0f : b * BinaryCrossEntropy.Value(x, t, 1f, b) * (1f - 2f * t) * yes * no / miss;
        return Balance(t, a) * Power(miss, b) * (BinaryCrossEntropy.Slope(x, t, 1f, b) + focus);
    }

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, Vector256<float> t, Vector256<float> a, float b)
    {
        var (yes, no) = BinaryCrossEntropy.Both(x);
        return Balance(t, a) * Power(yes * (Vector256<float>.One - t) + no * t, b) * BinaryCrossEntropy.Value(x, t, Vector256<float>.One, b);
    }

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> t, Vector256<float> a, float b)
    {
        var (yes, no) = BinaryCrossEntropy.Both(x);
        var miss = yes * (Vector256<float>.One - t) + no * t;
        var focus = BinaryCrossEntropy.Value(x, t, Vector256<float>.One, b) * (Vector256<float>.One - t - t) * b * yes * no / miss;
        focus = Vector256.ConditionalSelect(Vector256.Equals(miss, default), default, focus);
        return Balance(t, a) * Power(miss, b) * (BinaryCrossEntropy.Slope(x, t, Vector256<float>.One, b) + focus);
    }

    private static float Balance(float t, float a) => a < 0f ? 1f : a * t + (1f - a) * (1f - t);

    private static Vector256<float> Balance(Vector256<float> t, Vector256<float> a) =>
        Vector256.ConditionalSelect(Vector256.LessThan(a, default), Vector256<float>.One, a * t + (Vector256<float>.One - a) * (Vector256<float>.One - t));

    private static float Power(float x, float b) => b == 0f ? 1f : MathF.Pow(x, b);

    private static Vector256<float> Power(Vector256<float> x, float b) => b == 0f ? Vector256<float>.One : b == 2f ? x * x : Vector256.Exp(Vector256.Log(x) * b);
}
