using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Products in TF32. Devices without tensor cores round the operands alike and add up in the same tiles: the instruction itself is assembled, not run, without a GPU.</summary>
public sealed class Tf32Tests
{
    public static IEnumerable<Device> Accelerators => TestDevices.Fast.Where(d => d is GpuDevice { MultipliesTf32: true });

    [TestCase(1f, 1f)]
    [TestCase(1f + 1f / 1024, 1f + 1f / 1024)]
    [TestCase(1f + 1f / 2048, 1f + 1f / 1024)]             // a tie, away from zero
    [TestCase(-1f - 1f / 2048, -1f - 1f / 1024)]
    [TestCase(1f + 1f / 2048 - 1f / 8_388_608, 1f)]
    [TestCase(float.PositiveInfinity, float.PositiveInfinity)]
    [TestCase(float.NaN, float.NaN)]
    public void Rounding_leaves_eleven_bits(float x, float rounded) => Assert.That(Tf32.Round(x), Is.EqualTo(rounded));

    [Test]
    public void Products_are_those_of_rounded_operands([ValueSource(nameof(Accelerators))] Device device, [Values] Transpose t, [Values(1, 33, 200)] int m, [Values(5, 70)] int n, [Values(1, 7, 40, 1100)] int k)
    {
        using var a = Any.Tensor(device, t == Transpose.Left ? new Shape(k, m) : new Shape(m, k), seed: 1);
        using var b = Any.Tensor(device, t == Transpose.Right ? new Shape(n, k) : new Shape(k, n), seed: 2);
        using var c = Tensor.From(device, new Shape(m, n), [.. Enumerable.Repeat(0.5f, m * n)]);
        float[] left = a.ToArray(), right = b.ToArray();

        device.Precision = Precision.Tf32;
        device.Run(new Gemm(a, b, c, t, Accumulate: true));
        device.Precision = Precision.Single;

        var result = c.ToArray();
        double worst = 0, bound = 0;
        for (var i = 0; i < m; i++)
            for (var j = 0; j < n; j++)
            {
                double rounded = 0.5, exact = 0.5, size = 1;
                for (var p = 0; p < k; p++)
                {
                    float x = left[t == Transpose.Left ? p * m + i : i * k + p], y = right[t == Transpose.Right ? j * k + p : p * n + j];
                    rounded += (double)Tf32.Round(x) * Tf32.Round(y);
                    exact += (double)x * y;
                    size += Math.Abs((double)x * y);
                }
                worst = Math.Max(worst, Math.Abs(result[i * n + j] - rounded) / size);
                bound = Math.Max(bound, Math.Abs(result[i * n + j] - exact) / size);
            }
        Assert.That(worst, Is.LessThan(2.5e-7));
        Assert.That(bound, Is.InRange(1e-6, 1.0 / 1024));   // so the operands were rounded, and no further
    }
}
