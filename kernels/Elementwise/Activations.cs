using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>max(x, 0). At 0 the slope is 0, as in PyTorch. NaN stays NaN.</summary>
public readonly struct Relu : IMap<Relu>
{
    /// <inheritdoc/>
    public static bool SlopeReadsX(float a) => false;

    /// <inheritdoc/>
    public static float Value(float x, float a) => x < 0f ? 0f : x;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => x > 0f ? 1f : 0f;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => Vector256.ConditionalSelect(Vector256.LessThan(x, default), default, x);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => Vector256.GreaterThan(x, default) & Vector256<float>.One;
}

/// <summary>x where x &gt; 0, else a·x.</summary>
public readonly struct LeakyRelu : IMap<LeakyRelu>
{
    /// <inheritdoc/>
    public static bool SlopeReadsX(float a) => !(a > 0f);

    /// <inheritdoc/>
    public static float Value(float x, float a) => x > 0f ? x : a * x;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => x > 0f ? 1f : a;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => Vector256.ConditionalSelect(Vector256.GreaterThan(x, default), x, x * a);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(x, default), Vector256<float>.One, Vector256.Create(a));
}

/// <summary>x where x &gt; 0, else a·(eˣ − 1) (Clevert, Unterthiner and Hochreiter 2016, arXiv:1511.07289, eq. 15).</summary>
public readonly struct Elu : IMap<Elu>
{
    /// <inheritdoc/>
    public static bool SlopeReadsX(float a) => !(a > 0f);

    /// <inheritdoc/>
    public static float Value(float x, float a) => x > 0f ? x : a * (MathF.Exp(x) - 1f);

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => x > 0f ? 1f : y + a;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(x, default), x, (Vector256.Exp(x) - Vector256<float>.One) * a);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(x, default), Vector256<float>.One, y + Vector256.Create(a));
}

/// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
public readonly struct Sigmoid : IMap<Sigmoid>
{
    /// <inheritdoc/>
    public static bool SlopeReadsX(float a) => false;

    /// <inheritdoc/>
    public static float Value(float x, float a) => 1f / (1f + MathF.Exp(-x));

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => y * (1f - y);

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => Vector256<float>.One / (Vector256<float>.One + Vector256.Exp(-x));

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => y * (Vector256<float>.One - y);
}

/// <summary>tanh x = 1 − 2 / (e²ˣ + 1): written from the exponential, since the GPU's own is good to 11 bits only.</summary>
public readonly struct Tanh : IMap<Tanh>
{
    /// <inheritdoc/>
    public static bool SlopeReadsX(float a) => false;

    private const float Small = 0.03f;   // below it the form above cancels, and x − x³/3 is exact to rounding

    /// <inheritdoc/>
    public static float Value(float x, float a) => x < Small && x > -Small ? x - x * x * x * (1f / 3f) : 1f - 2f / (MathF.Exp(2f * x) + 1f);

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => 1f - y * y;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => Vector256.ConditionalSelect(
        Vector256.LessThan(Vector256.Abs(x), Vector256.Create(Small)),
        x - x * x * x * (1f / 3f),
        Vector256<float>.One - Vector256.Create(2f) / (Vector256.Exp(x + x) + Vector256<float>.One));

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => Vector256<float>.One - y * y;
}

/// <summary>x · σ(2u), u = √(2/π)(x + 0.044715x³): the tanh form of GELU (Hendrycks and Gimpel 2016, arXiv:1606.08415).</summary>
public readonly struct Gelu : IMap<Gelu>
{
    private const float A = 1.595769122f, B = 0.071354816f;   // 2√(2/π) and 0.044715 times it: 2u = Ax + Bx³

    /// <inheritdoc/>
    public static float Value(float x, float a) => x / (1f + MathF.Exp(-x * (A + B * x * x)));

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a)
    {
        var s = 1f / (1f + MathF.Exp(-x * (A + B * x * x)));
        return s + y * (1f - s) * (A + 3f * B * x * x);
    }

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => x * Gate(x);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a)
    {
        var s = Gate(x);
        return s + y * (Vector256<float>.One - s) * (Vector256.Create(A) + x * x * (3f * B));
    }

    private static Vector256<float> Gate(Vector256<float> x) =>
        Vector256<float>.One / (Vector256<float>.One + Vector256.Exp(-x * (Vector256.Create(A) + x * x * B)));
}

/// <summary>x · σ(x), also called swish (Elfwing, Uchibe and Doya 2018, arXiv:1702.03118).</summary>
public readonly struct Silu : IMap<Silu>
{
    /// <inheritdoc/>
    public static float Value(float x, float a) => x / (1f + MathF.Exp(-x));

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a)
    {
        var s = 1f / (1f + MathF.Exp(-x));
        return s + y * (1f - s);
    }

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => x / (Vector256<float>.One + Vector256.Exp(-x));

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a)
    {
        var s = Vector256<float>.One / (Vector256<float>.One + Vector256.Exp(-x));
        return s + y * (Vector256<float>.One - s);
    }
}

/// <summary>a·max(x, 0), a &gt; 0: a rectifier, and dropout's scale for what it keeps.</summary>
public readonly struct ScaledRelu : IMap<ScaledRelu>
{
    /// <inheritdoc/>
    public static bool SlopeReadsX(float a) => false;

    /// <inheritdoc/>
    public static float Value(float x, float a) => x < 0f ? 0f : a * x;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => x > 0f ? a : 0f;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => Value(x, Vector256.Create(a));

    internal static Vector256<float> Value(Vector256<float> x, Vector256<float> a) => Vector256.ConditionalSelect(Vector256.LessThan(x, default), default, x * a);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => Vector256.GreaterThan(x, default) & Vector256.Create(a);
}
