using System.Runtime.Intrinsics;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>What softmax, log-softmax and cross-entropy share: the largest number of a row, and the sum of exponentials below it.</summary>
/// <remarks>A NaN anywhere in the row makes the sum NaN. So does +∞, as in PyTorch; −∞ has probability 0.</remarks>
internal static class RowMath
{
    /// <summary>m = max xⱼ and s = log Σ exp(xⱼ − m), so that log softmax(x)ⱼ = xⱼ − m − s without loss of digits for large x.</summary>
    public static (float Max, float LogSum) Normalizer(ReadOnlySpan<float> x)
    {
        var max = Max(x);
        var sum = Vector256<float>.Zero;
        var j = 0;
        for (; j <= x.Length - Lanes.Width; j += Lanes.Width) sum += Lanes.Exp(Lanes.Load(x, j) - Vector256.Create(max));
        if (j < x.Length) sum += Lanes.Exp(Lanes.Load(x, j, float.NegativeInfinity) - Vector256.Create(max));
        return (max, MathF.Log(Vector256.Sum(sum)));
    }

    /// <inheritdoc cref="Normalizer(ReadOnlySpan{float})"/>
    public static (float Max, float LogSum) Normalizer(ArrayView<float> x, int first, int end)
    {
        var max = float.NegativeInfinity;
        for (var j = first; j < end; j++) max = x[j] > max ? x[j] : max;
        var sum = 0f;
        for (var j = first; j < end; j++) sum += MathF.Exp(x[j] - max);
        return (max, MathF.Log(sum));
    }

    private static float Max(ReadOnlySpan<float> x)
    {
        var max = Vector256.Create(float.NegativeInfinity);
        var j = 0;
        for (; j <= x.Length - Lanes.Width; j += Lanes.Width) max = Larger(Lanes.Load(x, j), max);
        if (j < x.Length) max = Larger(Lanes.Load(x, j, float.NegativeInfinity), max);
        var half = Larger(max.GetLower(), max.GetUpper());
        var quarter = Larger(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        return Larger(quarter, Vector128.Shuffle(quarter, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    // b where a is NaN.
    private static Vector256<float> Larger(Vector256<float> a, Vector256<float> b) => Vector256.ConditionalSelect(Vector256.GreaterThan(a, b), a, b);

    private static Vector128<float> Larger(Vector128<float> a, Vector128<float> b) => Vector128.ConditionalSelect(Vector128.GreaterThan(a, b), a, b);
}
