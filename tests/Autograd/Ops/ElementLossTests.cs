using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class ElementLossTests(Device device)
{
    private delegate Var Loss(Var x, Tensor target, Reduction reduction);

    private static readonly (string Name, Loss Op, Func<double, double, double> Oracle)[] Losses =
    [
        ("mse", (x, t, r) => x.MeanSquaredError(t, r), (x, t) => (x - t) * (x - t)),
        ("l1", (x, t, r) => x.L1Loss(t, r), (x, t) => Math.Abs(x - t)),
        ("smooth l1", (x, t, r) => x.SmoothL1Loss(t, 1.5f, r), (x, t) => Math.Abs(x - t) is < 1.5 and var d ? d * d / 3.0 : Math.Abs(x - t) - 0.75),
        ("smooth l1 of beta 0", (x, t, r) => x.SmoothL1Loss(t, 0f, r), (x, t) => Math.Abs(x - t)),
        ("bce", (x, t, r) => x.BceWithLogits(t, new() { Reduction = r }), Bce),
        ("focal", (x, t, r) => x.FocalLoss(t, reduction: r), (x, t) => Focal(x, t, 0.25, 2)),
        ("focal of gamma 0.5, no alpha", (x, t, r) => x.FocalLoss(t, -1f, 0.5f, r), (x, t) => Focal(x, t, -1, 0.5)),
        ("focal of gamma 0", (x, t, r) => x.FocalLoss(t, 0.5f, 0f, r), (x, t) => 0.5 * Bce(x, t)),
    ];

    public static IEnumerable<TestCaseData> Cases =>
        from l in Losses
        from n in TestDevices.Sizes
        from r in new[] { Reduction.Mean, Reduction.Sum, Reduction.None }
        select new TestCaseData(l.Op, l.Oracle, n, r).SetArgDisplayNames(l.Name, $"{n}", $"{r}");

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_formula_in_double_and_with_differences(Delegate loss, Func<double, double, double> oracle, int n, Reduction reduction)
    {
        var op = (Loss)loss;
        var (values, targets) = Pairs(n, missing: n > 8);
        using var x = new Parameter(device, new Shape(n));
        x.Write(values);
        using var t = Tensor.From(device, new Shape(n), targets);
        double[] each = [.. values.Zip(targets, (v, target) => float.IsNaN(target) ? 0 : oracle(v, target))];
        double[] expected = reduction switch { Reduction.None => each, Reduction.Sum => [each.Sum()], _ => [each.Sum() / targets.Count(v => !float.IsNaN(v))] };
        Var Run(Tape tape) => op(tape.Input(x), t, reduction);

        using var tape = Tape.Infer(device);
        Assert.That(OracleCheck.Error(Run(tape), expected), Is.LessThan(5e-6));
        if (n == 0) return;
        Assert.That(GradCheck.Error(x, Run), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(x, Run, step: 3e-2f), Is.LessThan(1e-3));
    }

    [Test]
    public void Weights_by_column_and_by_element_multiply_the_losses([Values(1, 3, 8, 12)] int columns, [Values] bool byElement)
    {
        const int rows = 5;
        var shape = new Shape(rows, columns);
        var (values, targets) = Pairs(shape.Count, missing: true);
        using var x = new Parameter(device, shape);
        x.Write(values);
        using var t = Tensor.From(device, shape, targets);
        using var positive = Tensor.From(device, new Shape(columns), [.. Any.Values(columns, 7).Select(v => 2f + v)]);
        using var weight = Any.Tensor(device, byElement ? shape : new Shape(columns), 8);
        float[] p = positive.ToArray(), w = weight.ToArray();
        var each = Enumerable.Range(0, shape.Count).Select(i => float.IsNaN(targets[i]) ? 0 : w[i % w.Length] * Bce(values[i], targets[i], p[i % columns])).ToArray();
        Var Run(Tape tape) => tape.Input(x).BceWithLogits(t, new() { PositiveWeight = positive, Weight = weight });

        using var tape = Tape.Infer(device);
        Assert.That(OracleCheck.Error(Run(tape), [each.Sum() / targets.Count(v => !float.IsNaN(v))]), Is.LessThan(2e-6));
        Assert.That(GradCheck.Error(x, Run), Is.LessThan(1e-3));
    }

    [Test]
    public void A_difference_sends_its_gradient_to_the_target_too()
    {
        using var x = Any.Tensor(device, new Shape(9), 4);
        using var t = Any.Parameter(device, new Shape(9));

        Assert.That(GradCheck.Error(t, tape => tape.Input(x).MeanSquaredError(tape.Input(t))), Is.LessThan(1e-3));
        using var tape = Tape.Train(device);
        Assert.That(() => tape.Input(x).BceWithLogits(t), Throws.InvalidOperationException.With.Message.Contains("target"));
    }

    [Test]
    public void Logits_of_any_size_are_safe_and_NaN_shows_where_a_target_is()
    {
        using var x = new Parameter(device, new Shape(6));
        x.Write([1000f, -1000f, 1000f, -1000f, 88f, float.NaN]);
        using var t = Tensor.From(device, new Shape(6), [1f, 0f, 0f, 1f, 1f, float.NaN]);
        using var tape = Tape.Train(device);

        var bce = tape.Input(x).BceWithLogits(t, new() { Reduction = Reduction.None });
        var focal = tape.Input(x).FocalLoss(t, alpha: 0.5f, reduction: Reduction.None);
        tape.Backward(tape.Input(x).BceWithLogits(t, new() { Reduction = Reduction.Sum }));

        Assert.That(OracleCheck.Error(bce, [0, 0, 1000, 1000, 0, 0]), Is.LessThan(1e-6));
        Assert.That(OracleCheck.Error(focal, [0, 0, 500, 500, 0, 0]), Is.LessThan(1e-6));
        Assert.That(OracleCheck.Error(x.Grad, [0, 0, 1, -1, 0, 0]), Is.LessThan(1e-6));
        using var all = Tensor.From(device, new Shape(6), new float[6]);
        Assert.That(tape.Input(x).BceWithLogits(all).Item(), Is.NaN);
    }

    [Test]
    public void A_sum_over_many_blocks_keeps_its_digits()
    {
        if (device.Name == "simulator") Assert.Ignore("too slow for this size");
        const int n = 100_003;
        using var x = Any.Tensor(device, new Shape(n));
        using var t = Any.Tensor(device, new Shape(n), 4);
        using var tape = Tape.Infer(device);

        var expected = x.ToArray().Zip(t.ToArray(), (a, b) => ((double)a - b) * ((double)a - b)).Average();

        Assert.That(OracleCheck.Error(tape.Input(x).MeanSquaredError(t), [expected]), Is.LessThan(1e-6));
    }

    [Test]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var tape = Tape.Infer(device);
        using var x = Any.Tensor(device, new Shape(4, 3));
        using var t = Any.Tensor(device, new Shape(3, 4));
        using var weight = Any.Tensor(device, new Shape(4));

        Assert.That(() => tape.Input(x).MeanSquaredError(t), Throws.TypeOf<ShapeException>().With.Message.Contains("[4, 3]").And.Message.Contains("[3, 4]"));
        Assert.That(() => tape.Input(x).BceWithLogits(x, new() { PositiveWeight = weight }), Throws.TypeOf<ShapeException>().With.Message.Contains("positive weight"));
    }

    // Predictions stay away from the kinks at x = t and |x − t| = 1.5; targets are 0 and 1, some missing.
    private static (float[] Values, float[] Targets) Pairs(int n, bool missing)
    {
        float[] targets = [.. Enumerable.Range(0, n).Select(i => missing && i % 5 == 3 ? float.NaN : i * 7 % 3 == 0 ? 1f : 0f)];
        float[] values = [.. Any.Values(n).Select((v, i) => (i % 4 < 2 ? 2.2f : -2.2f) + 0.4f * v)];
        return (values, targets);
    }

    private static double Bce(double x, double t) => Bce(x, t, 1);

    private static double Bce(double x, double t, double p) => p * t * Math.Log(1 + Math.Exp(-x)) + (1 - t) * Math.Log(1 + Math.Exp(x));

    private static double Focal(double x, double t, double alpha, double gamma)
    {
        var p = 1 / (1 + Math.Exp(-x));
        var hit = t == 1 ? p : 1 - p;
        return (alpha < 0 ? 1 : t == 1 ? alpha : 1 - alpha) * Math.Pow(1 - hit, gamma) * -Math.Log(hit);
    }
}
