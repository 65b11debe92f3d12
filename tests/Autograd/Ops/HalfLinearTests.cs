using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class HalfLinearTests(Device device)
{
    private const float BFloat16Rounding = 1f / 256, Float16Rounding = 1f / 2048;

    [Test]
    public void Agrees_with_the_product_of_what_is_stored_and_within_rounding_with_that_of_the_floats(
        [ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int n, [Values(0, 1, 7, 33)] int k, [Values(1, 9, 31)] int m)
    {
        Check<BFloat16>(n, k, m, BFloat16Rounding);
        Check<Float16>(n, k, m, Float16Rounding);
    }

    [Test]
    public void Agrees_at_a_useful_size()
    {
        if (device.Name == "simulator") Assert.Ignore("too large for the simulator");
        Check<BFloat16>(n: 3000, k: 300, m: 40, BFloat16Rounding);
    }

    [Test]
    public void Its_gradients_agree_with_differences()
    {
        using var x = Narrowed<BFloat16>(Any.Values(9 * 7, seed: 1), 9, 7);
        using var w = Any.Parameter(device, new Shape(5, 7), seed: 2);
        using var b = Any.Parameter(device, new Shape(5), seed: 3);
        foreach (var p in new[] { w, b })
        {
            Assert.That(GradCheck.Error(p, tape => tape.Linear<BFloat16>(x, w, b)), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.LinearError(p, tape => tape.Linear<BFloat16>(x, w, b)), Is.LessThan(1e-5));
        }
    }

    [Test]
    public void The_bits_do_not_depend_on_threads_or_on_the_width_of_vectors()
    {
        var bits = new[] { (1, 0), (2, 0), (4, 0), (3, 256) }.Select(form =>
        {
            using var cpu = new CpuDevice(form.Item1, form.Item2);
            using var x = new Halves(cpu, new Shape(5000, 37));
            using var floats = Any.Tensor(cpu, x.Shape, seed: 1);
            cpu.Run(new Narrow<BFloat16>(floats, x));
            using var w = Any.Parameter(cpu, new Shape(41, 37), seed: 2);
            using var tape = Tape.Train(cpu);
            var y = tape.Linear<BFloat16>(x, w);
            tape.Backward(y.Sum());
            return (float[])[.. y.ToArray(), .. w.Grad.ToArray()];
        }).ToArray();

        Assert.That(bits, Is.All.EqualTo(bits[0]));
    }

    [Test]
    public void Operands_that_do_not_fit_are_refused()
    {
        using var x = new Halves(device, new Shape(4, 6));
        using var w = Any.Tensor(device, new Shape(3, 5));
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Linear<BFloat16>(x, w), Throws.TypeOf<ShapeException>().With.Message.Contains("k is 6 in x but 5 in w"));
    }

    private Halves Narrowed<TFormat>(float[] values, int n, int k) where TFormat : struct, IFormat<TFormat>
    {
        using var floats = Tensor.From(device, new Shape(n, k), values);
        var x = new Halves(device, new Shape(n, k));
        device.Run(new Narrow<TFormat>(floats, x));
        return x;
    }

    private void Check<TFormat>(int n, int k, int m, float rounding) where TFormat : struct, IFormat<TFormat>
    {
        var floats = Any.Values(n * k, seed: 1);
        using var x = Narrowed<TFormat>(floats, n, k);
        using var w = Any.Parameter(device, new Shape(m, k), seed: 2);
        using var b = Any.Parameter(device, new Shape(m), seed: 3);
        using var u = Any.Tensor(device, new Shape(n, m), seed: 4);
        using var tape = Tape.Train(device);

        var y = tape.Linear<TFormat>(x, w, b);
        tape.Backward(new Dot(y, u).Apply());

        float[] stored = Array.ConvertAll(x.ToArray(), bits => TFormat.Widen(bits)), weight = w.ToArray(), bias = b.ToArray(), dy = u.ToArray();
        double Product(float[] a, int at, Func<double, double> of) => Enumerable.Range(0, k).Sum(p => of((double)a[at / m * k + p] * weight[at % m * k + p]));
        int[] places = [.. Enumerable.Range(0, n * m)];
        Assert.That(OracleCheck.Error(y, [.. places.Select(at => bias[at % m] + Product(stored, at, v => v))]), Is.LessThan(2e-5));
        Assert.That(y.ToArray().Select((v, at) => Math.Abs(v - bias[at % m] - Product(floats, at, v => v)) - rounding * (1e-3 + Product(floats, at, Math.Abs))), Is.All.LessThanOrEqualTo(0));
        Assert.That(OracleCheck.Error(w.Grad, [.. Enumerable.Range(0, m * k).Select(at => Enumerable.Range(0, n).Sum(i => (double)dy[i * m + at / k] * stored[i * k + at % k]))]), Is.LessThan(1e-4));
    }
}
