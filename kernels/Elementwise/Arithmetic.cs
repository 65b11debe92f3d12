using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>a + b.</summary>
public readonly struct Add : IZip<Add>
{
    /// <inheritdoc/>
    public static float Value(float a, float b) => a + b;

    /// <inheritdoc/>
    public static float SlopeA(float a, float b) => 1f;

    /// <inheritdoc/>
    public static float SlopeB(float a, float b) => 1f;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> a, Vector256<float> b) => a + b;

    /// <inheritdoc/>
    public static Vector256<float> SlopeA(Vector256<float> a, Vector256<float> b) => Vector256<float>.One;

    /// <inheritdoc/>
    public static Vector256<float> SlopeB(Vector256<float> a, Vector256<float> b) => Vector256<float>.One;

    /// <inheritdoc/>
    public static float? ConstantSlopeA => 1f;

    /// <inheritdoc/>
    public static float? ConstantSlopeB => 1f;
}

/// <summary>a − b.</summary>
public readonly struct Subtract : IZip<Subtract>
{
    /// <inheritdoc/>
    public static float Value(float a, float b) => a - b;

    /// <inheritdoc/>
    public static float SlopeA(float a, float b) => 1f;

    /// <inheritdoc/>
    public static float SlopeB(float a, float b) => -1f;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> a, Vector256<float> b) => a - b;

    /// <inheritdoc/>
    public static Vector256<float> SlopeA(Vector256<float> a, Vector256<float> b) => Vector256<float>.One;

    /// <inheritdoc/>
    public static Vector256<float> SlopeB(Vector256<float> a, Vector256<float> b) => -Vector256<float>.One;

    /// <inheritdoc/>
    public static float? ConstantSlopeA => 1f;

    /// <inheritdoc/>
    public static float? ConstantSlopeB => -1f;
}

/// <summary>a · b.</summary>
public readonly struct Multiply : IZip<Multiply>
{
    /// <inheritdoc/>
    public static float Value(float a, float b) => a * b;

    /// <inheritdoc/>
    public static float SlopeA(float a, float b) => b;

    /// <inheritdoc/>
    public static float SlopeB(float a, float b) => a;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> a, Vector256<float> b) => a * b;

    /// <inheritdoc/>
    public static Vector256<float> SlopeA(Vector256<float> a, Vector256<float> b) => b;

    /// <inheritdoc/>
    public static Vector256<float> SlopeB(Vector256<float> a, Vector256<float> b) => a;
}

/// <summary>a / b.</summary>
public readonly struct Divide : IZip<Divide>
{
    /// <inheritdoc/>
    public static float Value(float a, float b) => a / b;

    /// <inheritdoc/>
    public static float SlopeA(float a, float b) => 1f / b;

    /// <inheritdoc/>
    public static float SlopeB(float a, float b) => -a / (b * b);

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> a, Vector256<float> b) => a / b;

    /// <inheritdoc/>
    public static Vector256<float> SlopeA(Vector256<float> a, Vector256<float> b) => Vector256<float>.One / b;

    /// <inheritdoc/>
    public static Vector256<float> SlopeB(Vector256<float> a, Vector256<float> b) => -a / (b * b);
}

/// <summary>a·x, for a constant a.</summary>
public readonly struct Scale : IMap<Scale>
{
    /// <inheritdoc/>
    public static float? ConstantSlope(float a) => a;

    /// <inheritdoc/>
    public static float Value(float x, float a) => a * x;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => a;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => x * a;

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => Vector256.Create(a);
}

/// <summary>x + a, for a constant a.</summary>
public readonly struct Shift : IMap<Shift>
{
    /// <inheritdoc/>
    public static float? ConstantSlope(float a) => 1f;

    /// <inheritdoc/>
    public static float Value(float x, float a) => x + a;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => 1f;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => x + Vector256.Create(a);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => Vector256<float>.One;
}

/// <summary>a / x, for a constant a.</summary>
public readonly struct Reciprocal : IMap<Reciprocal>
{
    /// <inheritdoc/>
    public static float Value(float x, float a) => a / x;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => -a / (x * x);

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => Vector256.Create(a) / x;

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) => Vector256.Create(-a) / (x * x);
}

/// <summary>max(x, a), for a constant a; NaN stays NaN.</summary>
public readonly struct AtLeast : IMap<AtLeast>
{
    /// <inheritdoc/>
    public static float Value(float x, float a) => x < a ? a : x;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => x < a ? 0f : 1f;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) => Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(a)), Vector256.Create(a), x);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) =>
        Vector256.AndNot(Vector256<float>.One, Vector256.LessThan(x, Vector256.Create(a)));
}

/// <summary>n / (n − 1), from x = 1 / n: what makes a biased variance unbiased (Bessel). For n = 1 it is 1.</summary>
public readonly struct Unbiased : IMap<Unbiased>
{
    /// <inheritdoc/>
    public static float Value(float x, float a) => x < 1f ? 1f / (1f - x) : 1f;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float a) => x < 1f ? y * y : 0f;

    /// <inheritdoc/>
    public static Vector256<float> Value(Vector256<float> x, float a) =>
        Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.One), Vector256<float>.One / (Vector256<float>.One - x), Vector256<float>.One);

    /// <inheritdoc/>
    public static Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a) =>
        Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.One), y * y, default);
}
