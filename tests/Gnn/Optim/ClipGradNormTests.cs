using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Optim;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class ClipGradNormTests(Device device)
{
    [Test]
    public void Agrees_with_the_formula_in_double([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int n, [Values(1f, 2f, 3f, float.PositiveInfinity)] float norm)
    {
        using Parameter a = Any.Parameter(device, new Shape(n)), b = Any.Parameter(device, new Shape(5)), idle = Any.Parameter(device, new Shape(2));
        float[] ga = Any.Values(n, 5), gb = Any.Values(5, 6);
        OptimizerTests.SetGrad(a, ga);
        OptimizerTests.SetGrad(b, gb);
        double[] sizes = [.. ga.Concat(gb).Select(v => Math.Abs((double)v))];
        var total = float.IsPositiveInfinity(norm) ? sizes.Max() : Math.Pow(sizes.Sum(v => Math.Pow(v, norm)), 1.0 / norm);

        using var measured = ClipGradNorm.Apply([a, idle, b], maxNorm: 0.7f, norm);

        var factor = Math.Min(1, 0.7f / (total + 1e-6));
        Assert.That(OracleCheck.Error(measured!, [factor, total]), Is.LessThan(1e-6));
        Assert.That(OracleCheck.Error(a.Grad, [.. ga.Select(v => v * factor)]), Is.LessThan(1e-6));
        Assert.That(OracleCheck.Error(b.Grad, [.. gb.Select(v => v * factor)]), Is.LessThan(1e-6));
        Assert.That(idle.HasGrad, Is.False);
    }

    [Test]
    public void Short_gradients_keep_their_bits_and_broken_ones_show([Values(2f, float.PositiveInfinity)] float norm)
    {
        using var p = Any.Parameter(device, new Shape(3));
        OptimizerTests.SetGrad(p, [0.1f, 0.2f, -0.3f]);

        using (ClipGradNorm.Apply([p], 10f, norm)) Assert.That(p.Grad.ToArray(), Is.EqualTo(new[] { 0.1f, 0.2f, -0.3f }));

        OptimizerTests.SetGrad(p, [1f, float.NaN, 2f]);
        using (ClipGradNorm.Apply([p], 10f, norm)) Assert.That(p.Grad.ToArray(), Is.All.NaN);
        Assert.That(() => ClipGradNorm.Apply([p], 1f, norm: 0f), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Many_blocks_keep_their_digits()
    {
        if (device.Name == "simulator") Assert.Ignore("too slow for this size");
        const int n = 50_001;
        using var p = Any.Parameter(device, new Shape(n));
        OptimizerTests.SetGrad(p, Any.Values(n));

        using var measured = ClipGradNorm.Apply([p], 1f);

        var total = Math.Sqrt(Any.Values(n).Sum(v => (double)v * v));
        Assert.That(OracleCheck.Error(measured!, [1 / total, total]), Is.LessThan(1e-6));
    }
}
