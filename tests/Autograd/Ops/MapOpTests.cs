using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class MapOpTests(Device device)
{
    private static readonly (string Name, Func<Var, Var> Op, Func<double, double> Oracle)[] Functions =
    [
        ("relu", x => x.Relu(), x => x < 0 ? 0 : x),
        ("leaky relu", x => x.LeakyRelu(0.1f), x => x > 0 ? x : 0.1f * x),
        ("elu", x => x.Elu(1.5f), x => x > 0 ? x : 1.5 * (Math.Exp(x) - 1)),
        ("gelu", x => x.Gelu(), x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
        ("exact gelu", x => x.ErfGelu(), x => x * Normal(x)),
        ("log", x => (x + 7f).Log(), x => Math.Log(x + 7)),
        ("silu", x => x.Silu(), x => x / (1 + Math.Exp(-x))),
        ("sigmoid", x => x.Sigmoid(), x => 1 / (1 + Math.Exp(-x))),
        ("tanh", x => x.Tanh(), Math.Tanh),
        ("root", x => (x + 7f).Sqrt(1f), x => Math.Sqrt(x + 8)),
        ("inverse root", x => (x + 7f).Rsqrt(1f), x => 1 / Math.Sqrt(x + 8)),
        ("at least", x => x.AtLeast(0f), x => x < 0 ? 0 : x),
    ];

    // Φ by its integral from 0, Simpson's rule in 1000 steps.
    private static double Normal(double x)
    {
        if (!double.IsFinite(x)) return double.IsNaN(x) ? x : 1;
        double Density(double t) => Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI);
        return 0.5 + x / 6000 * Enumerable.Range(0, 1000).Sum(k => Density(x * k / 1000) + 4 * Density(x * (k + 0.5) / 1000) + Density(x * (k + 1) / 1000));
    }

    public static IEnumerable<TestCaseData> Cases =>
        from f in Functions from n in TestDevices.Sizes select new TestCaseData(f.Op, f.Oracle, n).SetArgDisplayNames(f.Name, $"{n}");

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_formula_in_double(Func<Var, Var> op, Func<double, double> oracle, int n)
    {
        using var tape = Tape.Infer(device);
        var values = Any.Values(n).Select(v => 6 * v).ToArray();
        using var x = Tensor.From(device, new Shape(n), values);

        Assert.That(OracleCheck.Error(op(tape.Input(x)), [.. values.Select(v => oracle(v))]), Is.LessThan(2e-6));
    }

    [TestCaseSource(nameof(Cases))]
    public void Its_gradient_agrees_with_differences(Func<Var, Var> op, Func<double, double> oracle, int n)
    {
        using var x = Any.AwayFromZero(device, new Shape(n));

        Assert.That(GradCheck.Error(x, tape => op(tape.Input(x))), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(x, tape => op(tape.Input(x))), Is.LessThan(1e-3));
    }

    [TestCaseSource(nameof(Cases))]
    public void NaN_and_infinity_pass_as_in_the_formula(Func<Var, Var> op, Func<double, double> oracle, int n)
    {
        float[] values = [float.NaN, float.PositiveInfinity, 1f, float.NaN, 2f, 3f, 4f, 5f, float.NaN];
        using var tape = Tape.Infer(device);
        using var x = Tensor.From(device, new Shape(9), values);

        Assert.That(OracleCheck.Error(op(tape.Input(x)), [.. values.Select(v => oracle(v))]), Is.LessThan(2e-6));
    }
}
