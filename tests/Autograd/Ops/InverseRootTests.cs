using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class InverseRootTests(Device device)
{
    private static readonly (string Name, Func<Var, Var> Op, Func<double, double> Oracle)[] Functions =
    [
        ("1/√x", x => x.Map<InverseRoot>(), x => x == 0 ? 0 : 1 / Math.Sqrt(x)),
        ("1/x", x => x.Map<InverseOrZero>(), x => x == 0 ? 0 : 1 / x),
    ];

    public static IEnumerable<TestCaseData> Cases =>
        from f in Functions from n in TestDevices.Sizes select new TestCaseData(f.Op, f.Oracle, n).SetArgDisplayNames(f.Name, $"{n}");

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_formula_and_its_gradient_with_differences(Func<Var, Var> op, Func<double, double> oracle, int n)
    {
        var values = Any.Values(n).Select(v => v + 2f).ToArray();
        using var x = new Parameter(device, new Shape(n));
        x.Write(values);
        using var tape = Tape.Infer(device);

        Assert.That(OracleCheck.Error(op(tape.Input(x)), [.. values.Select(v => oracle(v))]), Is.LessThan(1e-6));
        Assert.That(GradCheck.Error(x, t => op(t.Input(x))), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(x, t => op(t.Input(x))), Is.LessThan(1e-3));
    }

    [TestCaseSource(nameof(Cases))]
    public void Zero_gives_zero_and_NaN_stays(Func<Var, Var> op, Func<double, double> oracle, int n)
    {
        using var x = new Parameter(device, new Shape(9));
        x.Write([0f, float.NaN, float.PositiveInfinity, 1f, 0f, 4f, 0f, 1f, 0f]);
        using var tape = Tape.Train(device);

        var y = op(tape.Input(x));
        tape.Backward(y.Sum());

        Assert.That(OracleCheck.Error(y, [.. x.ToArray().Select(v => oracle(v))]), Is.LessThan(1e-6));
        Assert.That(x.Grad.ToArray()[0], Is.Zero);
    }
}
