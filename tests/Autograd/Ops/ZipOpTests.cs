using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class ZipOpTests(Device device)
{
    private static readonly (string Name, Func<Tensor, Tensor, Var> Op, Func<double, double, double> Oracle)[] Functions =
    [
        ("add", (a, b) => a + b, (a, b) => a + b),
        ("subtract", (a, b) => a - b, (a, b) => a - b),
        ("multiply", (a, b) => a * b, (a, b) => a * b),
        ("divide", (a, b) => a / b, (a, b) => a / b),
    ];

    // Operands of one shape, a row, a column, one number, and both kinds on three axes.
    private static readonly (Shape A, Shape B)[] Shapes =
    [
        .. TestDevices.Sizes.Select(n => (new Shape(n), new Shape(n))),
        (new(9, 33), new(33)), (new(3, 7), new(7)), (new(0, 8), new(8)), (new(5, 0), new(0)),
        (new(9, 33), new(9, 1)), (new(31, 1), new(31, 1)), (new(0, 8), new(0, 1)), (new(7, 7), new(7)),
        (new(9, 8), new(1)), (new(2, 3, 9), new(3, 9)), (new(2, 3, 9), new(9)), (new(2, 3, 9), new(2, 3, 1)), (new(2, 3, 9), new(2, 1, 1)),
    ];

    public static IEnumerable<TestCaseData> Cases =>
        from f in Functions from s in Shapes select new TestCaseData(f.Op, f.Oracle, s.A, s.B).SetArgDisplayNames(f.Name, $"{s.A}", $"{s.B}");

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_formula_in_double(Func<Tensor, Tensor, Var> op, Func<double, double, double> oracle, Shape left, Shape right)
    {
        using var tape = Tape.Infer(device);
        using var a = Any.Tensor(device, left, seed: 1);
        using var b = Any.AwayFromZero(device, right, seed: 2);
        float[] av = a.ToArray(), bv = b.ToArray();

        var y = op(tape.Input(a), b);

        Assert.That(y.Shape, Is.EqualTo(left));
        Assert.That(OracleCheck.Error(y, [.. av.Select((v, i) => oracle(v, bv[Meets(i, left, right)]))]), Is.LessThan(1e-6));
    }

    [TestCaseSource(nameof(Cases))]
    public void Its_gradients_agree_with_differences(Func<Tensor, Tensor, Var> op, Func<double, double, double> oracle, Shape left, Shape right)
    {
        using var a = Any.Parameter(device, left, seed: 1);
        using var b = Any.AwayFromZero(device, right, seed: 2);

        Assert.That(AdjointCheck.LinearError(a, tape => op(tape.Input(a), b)), Is.LessThan(2e-5));
        Assert.That(GradCheck.Error(b, tape => op(tape.Input(a), b)), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(b, tape => op(tape.Input(a), b), step: 1e-2f), Is.LessThan(1e-3));
    }

    [Test]
    public void PRelu_agrees_with_its_formula_and_its_gradients_with_differences([Values(1, 9, 33)] int columns, [Values] bool perColumn)
    {
        using var x = Any.AwayFromZero(device, new Shape(7, columns), seed: 1);
        using var slope = Any.AwayFromZero(device, new Shape(perColumn ? columns : 1), seed: 2);
        using var tape = Tape.Infer(device);
        float[] a = x.ToArray(), b = slope.ToArray();

        Assert.That(OracleCheck.Error(tape.Input(x).PRelu(slope), [.. a.Select((v, i) => v > 0 ? v : (double)b[i % b.Length] * v)]), Is.LessThan(1e-6));
        Assert.That(GradCheck.Error(x, tape => tape.Input(x).PRelu(slope)), Is.LessThan(1e-3));
        Assert.That(GradCheck.Error(slope, tape => tape.Input(x).PRelu(slope)), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.LinearError(slope, tape => tape.Input(x).PRelu(slope)), Is.LessThan(2e-5));
        Assert.That(AdjointCheck.Error(x, tape => tape.Input(x).PRelu(slope), step: 1e-2f), Is.LessThan(1e-3));
    }

    [Test]
    public void A_value_may_meet_itself()
    {
        using var x = Any.AwayFromZero(device, new Shape(9));

        Assert.That(GradCheck.Error(x, tape => { var v = tape.Input(x); return v * v + v / v - v; }), Is.LessThan(1e-3));
    }

    [Test]
    public void Operators_with_a_constant_agree_with_the_formula()
    {
        using var x = Any.AwayFromZero(device, new Shape(9));
        using var tape = Tape.Infer(device);
        var v = tape.Input(x);

        var y = 2f * (3f - v) / 4f + (1f + v * 0.5f) - 1f / v - 0.25f + -v + (v - 3f);

        Assert.That(OracleCheck.Error(y, [.. x.ToArray().Select(t => 2.0 * (3.0 - t) / 4.0 + (1.0 + t * 0.5) - 1.0 / t - 0.25 - t + (t - 3.0))]), Is.LessThan(2e-6));
        Assert.That(GradCheck.Error(x, tape => 2f * (3f - tape.Input(x)) + 1f / (tape.Input(x) + 3f)), Is.LessThan(1e-3));
    }

    [Test]
    public void NaN_and_infinity_stay_where_they_are()
    {
        using var tape = Tape.Infer(device);
        using var a = Tensor.From(device, new Shape(2, 5), [1, float.NaN, float.PositiveInfinity, 1, 1, 1, 1, 1, 1, float.NegativeInfinity]);
        using var b = Tensor.From(device, new Shape(5), [1, 1, 1, float.NaN, float.PositiveInfinity]);

        var y = tape.Input(a) + b;

        Assert.That(OracleCheck.Error(y, [2, double.NaN, double.PositiveInfinity, double.NaN, double.PositiveInfinity, 2, 2, 2, double.NaN, double.NaN]), Is.Zero);
    }

    [Test]
    public void A_vector_that_fits_no_axis_is_refused_with_both_shapes()
    {
        using var tape = Tape.Infer(device);
        using var a = Any.Tensor(device, new Shape(4, 3));
        using var b = Any.Tensor(device, new Shape(4));

        Assert.That(() => tape.Input(a) + b, Throws.TypeOf<ShapeException>().With.Message.Contains("[4]").And.Message.Contains("[4, 3]"));
    }

    private static int Meets(int i, Shape a, Shape b)
    {
        var row = b.Rank <= a.Rank && Enumerable.Range(1, b.Rank).All(axis => a[a.Rank - axis] == b[b.Rank - axis]);
        return row ? i % b.Count : i / (a.Count / b.Count);
    }
}
