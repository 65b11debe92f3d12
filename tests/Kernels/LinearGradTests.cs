using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Fast))]
public sealed class LinearGradTests(Device device)
{
    // Several parts, in blocks that do not fill them; panels of eight, sixteen and more columns, read where they lie and, of 300, copied.
    [Test]
    public void Agrees_with_sums_in_double_over_all_rows([Values(1100, 3000)] int n, [Values(5, 12, 40, 300)] int k, [Values(3, 8, 41)] int m, [Values] bool add)
    {
        using Tensor x = Any.Tensor(device, new Shape(n, k), seed: 1), w = Any.Tensor(device, new Shape(m, k), seed: 2), y = Any.Tensor(device, new Shape(n, m), seed: 3), dy = Any.Tensor(device, new Shape(n, m), seed: 4);
        using Tensor dx = Halves(n, k), dw = Halves(m, k), db = Halves(m);
        float[] a = x.ToArray(), b = w.ToArray(), g = dy.ToArray();

        device.Run(new LinearGrad<Identity>(x, w, y, dy, new(dx, add), new(dw, add), new(db, add)));

        Agree(dx, i => Enumerable.Range(0, m).Select(j => (double)g[i / k * m + j] * b[j * k + i % k]));
        Agree(dw, i => Enumerable.Range(0, n).Select(r => (double)g[r * m + i / k] * a[r * k + i % k]));
        Agree(db, j => Enumerable.Range(0, n).Select(r => (double)g[r * m + j]));

        Tensor Halves(params int[] shape) => Tensor.From(device, new Shape(shape), [.. Enumerable.Repeat(add ? 0.5f : float.NaN, shape.Aggregate((p, q) => p * q))]);

        void Agree(Tensor t, Func<int, IEnumerable<double>> terms)
        {
            var errors = t.ToArray().Select((v, i) => Math.Abs(v - terms(i).Sum() - (add ? 0.5 : 0)) / (1 + terms(i).Sum(Math.Abs)));   // against Σ|a·b|: the sum itself may cancel
            Assert.That(errors.Max(), Is.LessThan(5e-7));   // the largest of up to 900,000 roundings
        }
    }
}
