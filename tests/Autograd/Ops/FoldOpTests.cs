using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class FoldOpTests(Device device)
{
    private static readonly Aggregation[] Folds = [Aggregation.Max, Aggregation.Min, Aggregation.Mul];

    [Test]
    public void Agrees_with_the_formula_in_double([ValueSource(nameof(Folds))] Aggregation how, [Values(0, 1, 9)] int nodes, [Values(1, 7, 8, 9, 33)] int width, [Values] bool weighted)
    {
        var pattern = Pattern.Any(device, nodes);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using var x = Any.Tensor(device, new Shape(nodes, width));
        using var w = Any.Tensor(device, new Shape(pattern.Edges.Length), seed: 4);
        float[] xs = x.ToArray(), ws = w.ToArray();
        using var tape = Tape.Infer(device);

        var y = tape.Input(x).Aggregate(how, @in, @out, weighted ? w : null);

        double Folded(int i, int j)
        {
            double[] v = [.. Enumerable.Range(0, ws.Length).Where(e => pattern.Edges[e].To == i).Select(e => (double)(xs[pattern.Edges[e].From * width + j] * (weighted ? ws[e] : 1f)))];
            return how == Aggregation.Mul ? v.Aggregate(1.0, (a, b) => a * b) : v.Length == 0 ? 0 : how == Aggregation.Max ? v.Max() : v.Min();
        }
        Assert.That(OracleCheck.Error(y, [.. Enumerable.Range(0, nodes * width).Select(k => Folded(k / width, k % width))]), Is.LessThan(1e-6));
    }

    [Test]
    public void Its_gradients_agree_with_differences([ValueSource(nameof(Folds))] Aggregation how, [Values(1, 8, 11)] int width)
    {
        // Products w·x lie further apart than a difference moves them, so that none crosses a tie.
        var pattern = new Pattern(device, 5, [(0, 1), (1, 1), (4, 1), (2, 3), (0, 3), (0, 4)]);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using var x = new Parameter(device, new Shape(5, width));
        x.Write([.. Enumerable.Range(0, 5 * width).Select(k => 1f + 0.3f * (k * 3 % (5 * width)) / (5 * width))]);
        using var w = new Parameter(device, new Shape(6));
        w.Write([1f, 1f, -0.7f, 2f, 0.9f, 1.1f]);
        Var Run(Tape tape) => tape.Input(x).Aggregate(how, @in, @out, tape.Input(w));

        Assert.That(GradCheck.Error(x, Run, step: 1e-3f), Is.LessThan(2e-3));
        Assert.That(GradCheck.Error(w, Run, step: 1e-3f), Is.LessThan(2e-3));
    }

    [Test]
    public void Equal_ones_share_the_gradient()
    {
        using var groups = RowIndex.From(device, [0, 0, 0, 1], 3);
        using var x = new Parameter(device, new Shape(4, 1));
        x.Write([2f, 2f, 1f, 2f]);
        using var tape = Tape.Train(device);

        tape.Backward(tape.Input(x).Segment(Aggregation.Max, groups).Sum());

        Assert.That(x.Grad.ToArray(), Is.EqualTo(new[] { 0.5f, 0.5f, 0f, 1f }));
    }

    [Test]
    public void A_product_with_zeros_has_the_slopes_of_the_others()
    {
        using var groups = RowIndex.From(device, [0, 0, 0, 1, 1, 2], 3);
        using var x = new Parameter(device, new Shape(6, 1));
        x.Write([2f, 0f, 3f, 0f, 0f, 5f]);
        using var tape = Tape.Train(device);

        var y = tape.Input(x).Segment(Aggregation.Mul, groups);
        tape.Backward(y.Sum());

        Assert.That(y.ToArray(), Is.EqualTo(new[] { 0f, 0f, 5f }));
        Assert.That(x.Grad.ToArray(), Is.EqualTo(new[] { 0f, 6f, 0f, 0f, 0f, 1f }));
    }

    [Test]
    public void NaN_wins_and_infinity_is_a_number([Values(Aggregation.Max, Aggregation.Min)] Aggregation how)
    {
        using var groups = RowIndex.From(device, [0, 0, 1, 1, 1], 2);
        using var x = Tensor.From(device, new Shape(5, 1), [float.NegativeInfinity, float.PositiveInfinity, 1f, float.NaN, 2f]);
        using var tape = Tape.Infer(device);

        var y = tape.Input(x).Segment(how, groups).ToArray();

        Assert.That(y[0], Is.EqualTo(how == Aggregation.Max ? float.PositiveInfinity : float.NegativeInfinity));
        Assert.That(y[1], Is.NaN);
    }
}
