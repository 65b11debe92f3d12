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
        for (var j = 0; j < x.Length; j += Lanes.Width)
            sum += Vector256.Exp(Lanes.Load(x, j, float.NegativeInfinity) - Vector256.Create(max));
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
        for (var j = 0; j < x.Length; j += Lanes.Width)
        {
            var v = Lanes.Load(x, j, float.NegativeInfinity);
            max = Vector256.ConditionalSelect(Vector256.GreaterThan(v, max), v, max);
        }
        var most = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes.Width; lane++) most = max[lane] > most ? max[lane] : most;
        return most;
    }
}
