using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class LayerNormOpTests(Device device)
{
    public static IEnumerable<TestCaseData> Shapes =>
        from f in TestDevices.Sizes from n in new[] { 0, 1, 5 } select new TestCaseData(new Shape(n, f));

    [TestCaseSource(nameof(Shapes))]
    public void Agrees_with_the_formula_in_double(Shape shape)
    {
        var f = shape[1];
        using var x = Any.Tensor(device, shape, seed: 1);
        using var gamma = Any.Tensor(device, new Shape(f), seed: 2);
        using var beta = Any.Tensor(device, new Shape(f), seed: 3);
        using var tape = Tape.Infer(device);
        float[] v = x.ToArray(), g = gamma.ToArray(), b = beta.ToArray();

        var bare = tape.Input(x).LayerNorm();
        var affine = tape.Input(x).LayerNorm(gamma, beta);

        var hat = v.Select((t, i) => (t - Mean(v, i, f)) / Math.Sqrt(Variance(v, i, f) + 1e-5f)).ToArray();
        Assert.That(OracleCheck.Error(bare, hat), Is.LessThan(3e-6));
        Assert.That(OracleCheck.Error(affine, [.. hat.Select((h, i) => h * g[i % f] + b[i % f])]), Is.LessThan(3e-6));
    }

    [TestCaseSource(nameof(Shapes))]
    public void Its_gradients_agree_with_differences(Shape shape)
    {
        using var x = Any.Parameter(device, shape, seed: 1);
        using var gamma = Any.Parameter(device, new Shape(shape[1]), seed: 2);
        using var beta = Any.Parameter(device, new Shape(shape[1]), seed: 3);
        Var F(Tape tape) => tape.Input(x).LayerNorm(gamma, beta, epsilon: 0.1f);

        foreach (var p in new[] { x, gamma, beta })
        {
            Assert.That(GradCheck.Error(p, F), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.Error(p, F), Is.LessThan(1e-3));
        }
        Assert.That(GradCheck.Error(x, tape => tape.Input(x).LayerNorm(epsilon: 0.1f)), Is.LessThan(1e-3));
    }

    [Test]
    public void A_row_far_from_zero_keeps_its_precision()
    {
        using var x = Tensor.From(device, new Shape(1, 4), [10_000, 10_001, 10_002, 10_003]);
        using var tape = Tape.Infer(device);

        var y = tape.Input(x).LayerNorm();

        Assert.That(OracleCheck.Error(y, [-1.5 / Math.Sqrt(1.25001), -0.5 / Math.Sqrt(1.25001), 0.5 / Math.Sqrt(1.25001), 1.5 / Math.Sqrt(1.25001)]), Is.LessThan(1e-5));
    }

    [Test]
    public void NaN_and_infinity_spoil_their_row_and_no_other()
    {
        using var x = Tensor.From(device, new Shape(3, 2), [1, float.NaN, 1, 3, float.PositiveInfinity, 0]);
        using var tape = Tape.Infer(device);

        var y = tape.Input(x).LayerNorm().ToArray();

        Assert.That(y.Select(float.IsNaN), Is.EqualTo(new[] { true, true, false, false, true, true }));
    }

    [Test]
    public void A_gamma_of_another_width_is_refused()
    {
        using var x = Any.Tensor(device, new Shape(3, 2));
        using var gamma = Any.Tensor(device, new Shape(3));
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Input(x).LayerNorm(gamma), Throws.TypeOf<ShapeException>().With.Message.Contains("[2]").And.Message.Contains("[3]"));
    }

    private static double Mean(float[] v, int i, int f) => v.Skip(i / f * f).Take(f).Average(t => (double)t);

    private static double Variance(float[] v, int i, int f) => v.Skip(i / f * f).Take(f).Average(t => Math.Pow(t - Mean(v, i, f), 2));
}
