using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.AllWidths))]
public sealed class GemmTests(Device device)
{
    [Test]
    public void Agrees_with_three_loops_in_double([Values] Transpose t, [Values] bool accumulate, [ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int n, [Values(0, 1, 7, 33)] int k)
    {
        Check(m: 9, n, k, t, accumulate);
        Check(m: n, n: 17, k, t, accumulate);
    }

    // A flat one, three that are cut along k (a short B, read where it lies, one of odd rows, a long one that is copied), one with several blocks along k, one with many panels of packed B and A, two that end in a vector of eight columns.
    [TestCase(5, 70, 40)]
    [TestCase(5, 9, 9000)]
    [TestCase(17, 131, 4500)]
    [TestCase(17, 300, 4500)]
    [TestCase(100, 40, 700)]
    [TestCase(103, 330, 300)]
    [TestCase(67, 8, 300)]
    [TestCase(67, 72, 40)]
    public void Agrees_where_blocks_are_cut(int m, int n, int k)
    {
        if (device.Name == "simulator") return;
        foreach (var t in Enum.GetValues<Transpose>())
            foreach (var accumulate in new[] { false, true }) Check(m, n, k, t, accumulate);
    }

    [Test]
    public void Bias_and_rectifier_are_applied_after_the_sum([Values(1, 6, 20)] int m, [Values(1, 16, 23)] int n, [Values(0, 3, 300)] int k, [Values] bool relu)
    {
        using var a = Any.Tensor(device, new Shape(m, k), seed: 1);
        using var b = Any.Tensor(device, new Shape(n, k), seed: 2);
        using var bias = Any.Tensor(device, new Shape(n), seed: 3);
        using var c = Tensor.From(device, new Shape(m, n), [.. Enumerable.Repeat(float.NaN, m * n)]);
        var offset = bias.ToArray();

        device.Run(new Gemm(a, b, c, Transpose.Right, Accumulate: false, bias, relu));

        var expected = Naive(a, b, m, n, k, Transpose.Right).Select((v, i) => v + offset[i % n]).Select(v => relu && v < 0 ? 0 : v);
        Assert.That(OracleCheck.Error(c, [.. expected]), Is.LessThan(5e-6));
    }

    [Test]
    public void NaN_and_infinity_reach_their_row_and_column_and_no_other([Values] Transpose t)
    {
        const int m = 9, n = 17, k = 3;
        using var a = Any.Tensor(device, t == Transpose.Left ? new Shape(k, m) : new Shape(m, k));
        using var b = Any.Tensor(device, t == Transpose.Right ? new Shape(n, k) : new Shape(k, n));
        using var c = new Tensor(device, new Shape(m, n));
        var values = a.ToArray();
        values[0] = float.NaN;
        values[^1] = float.PositiveInfinity;
        a.Write(values);

        device.Run(new Gemm(a, b, c, t));

        Assert.That(OracleCheck.Error(c, Naive(a, b, m, n, k, t)), Is.LessThan(1e-6));
    }

    [Test]
    public void The_bits_do_not_depend_on_the_number_of_threads_or_the_width_of_vectors([Values] Transpose t, [Values(7, 1000)] int m, [Values(37, 45)] int n, [Values(30, 5000)] int k)
    {
        var bits = new[] { (1, 0), (2, 0), (4, 0), (2, 256) }.Select(form =>
        {
            using var cpu = new CpuDevice(form.Item1, form.Item2);
            using var a = Any.Tensor(cpu, t == Transpose.Left ? new Shape(k, m) : new Shape(m, k), seed: 1);
            using var b = Any.Tensor(cpu, t == Transpose.Right ? new Shape(n, k) : new Shape(k, n), seed: 2);
            using var c = new Tensor(cpu, new Shape(m, n));
            cpu.Run(new Gemm(a, b, c, t));
            return c.ToArray();
        }).ToArray();

        Assert.That(bits, Is.All.EqualTo(bits[0]));
    }

    private void Check(int m, int n, int k, Transpose t, bool accumulate)
    {
        using var a = Any.Tensor(device, t == Transpose.Left ? new Shape(k, m) : new Shape(m, k), seed: 1);
        using var b = Any.Tensor(device, t == Transpose.Right ? new Shape(n, k) : new Shape(k, n), seed: 2);
        using var c = Tensor.From(device, new Shape(m, n), [.. Enumerable.Repeat(accumulate ? 0.5f : float.NaN, m * n)]);

        device.Run(new Gemm(a, b, c, t, accumulate));

        var (value, size) = (Naive(a, b, m, n, k, t), Naive(a, b, m, n, k, t, Math.Abs));
        var errors = c.ToArray().Select((v, i) => Math.Abs(v - value[i] - (accumulate ? 0.5 : 0)) / (1 + size[i]));   // against Σ|a·b|: the sum itself may cancel
        Assert.That(errors, Is.All.LessThan(2.5e-7), $"{m} × {n} × {k}, {t}");
    }

    private static double[] Naive(Tensor left, Tensor right, int m, int n, int k, Transpose t, Func<double, double>? of = null)
    {
        float[] a = left.ToArray(), b = right.ToArray();
        var c = new double[m * n];
        for (var i = 0; i < m; i++)
            for (var j = 0; j < n; j++)
                for (var p = 0; p < k; p++)
                {
                    var product = (double)a[t == Transpose.Left ? p * m + i : i * k + p] * b[t == Transpose.Right ? j * k + p : p * n + j];
                    c[i * n + j] += of is null ? product : of(product);
                }
        return c;
    }
}
