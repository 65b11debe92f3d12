using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class ScaledCosineErrorTests(Device device)
{
    private static double Oracle(float[] x, float[] t, int width, int gamma) => x.Chunk(width).Zip(t.Chunk(width), (a, b) =>
    {
        var norms = Math.Sqrt(a.Sum(v => (double)v * v) * b.Sum(v => (double)v * v));
        var cos = norms == 0 ? 0 : a.Zip(b, (v, w) => (double)v * w).Sum() / norms;
        return Math.Pow(1 - cos, gamma);
    }).Average();

    [Test]
    public void Agrees_with_the_formula_in_double([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int width, [Values(1, 3)] int gamma)
    {
        if (width == 0) return;
        using var x = Any.Tensor(device, new Shape(5, width), seed: 1);
        using var t = Any.Tensor(device, new Shape(5, width), seed: 2);
        using var tape = Tape.Infer(device);

        Assert.That(OracleCheck.Error(tape.Input(x).ScaledCosineError(t, gamma), [Oracle(x.ToArray(), t.ToArray(), width, gamma)]), Is.LessThan(2e-6));
    }

    [Test]
    public void Its_gradient_agrees_with_differences([Values(1, 7, 33)] int width, [Values(1, 2)] int gamma)
    {
        using var x = Any.AwayFromZero(device, new Shape(4, width));
        using var t = Any.Tensor(device, new Shape(4, width), seed: 2);

        Assert.That(GradCheck.Error(x, tape => tape.Input(x).ScaledCosineError(t, gamma)), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(x, tape => tape.Input(x).ScaledCosineError(t, gamma)), Is.LessThan(1e-3));
    }

    [Test]
    public void Only_chosen_rows_count()
    {
        using var x = Any.AwayFromZero(device, new Shape(5, 9));
        using var t = Any.Tensor(device, new Shape(5, 9), seed: 2);
        using var rows = Indices.From(device, [3, 1]);
        using var tape = Tape.Train(device);
        float[] Chosen(Tensor v) => [.. v.ToArray().Chunk(9).Where((_, i) => i is 1 or 3).SelectMany(r => r)];

        var loss = tape.Input(x).ScaledCosineError(t, 2, rows);
        tape.Backward(loss);

        Assert.That(OracleCheck.Error(loss, [Oracle(Chosen(x), Chosen(t), 9, 2)]), Is.LessThan(2e-6));
        Assert.That(x.Grad.ToArray().Chunk(9).Select(r => r.Any(v => v != 0)), Is.EqualTo(new[] { false, true, false, true, false }));
        Assert.That(GradCheck.Error(x, on => on.Input(x).ScaledCosineError(t, 2, rows)), Is.LessThan(1e-3));
        Assert.That(GradCheck.Error(x, on => on.Input(x).ScaledCosineError(t, 2, rows) + on.Input(x).ScaledCosineError(t)), Is.LessThan(1e-3));
    }

    [Test]
    public void A_row_of_zeros_has_cosine_0_and_a_slope_only_where_lengths_have_an_end([Values(0f, 1e-12f)] float epsilon)
    {
        using var x = Any.Parameter(device, new Shape(2, 9));
        x.Write([.. x.ToArray().Select((v, i) => i < 9 ? 0f : v)]);
        using var t = Any.Tensor(device, new Shape(2, 9), seed: 2);
        using var tape = Tape.Train(device);

        var loss = tape.Input(x).ScaledCosineError(t, gamma: 2, epsilon: epsilon);
        tape.Backward(loss);

        Assert.That(OracleCheck.Error(loss, [Oracle(x.ToArray(), t.ToArray(), 9, 2)]), Is.LessThan(2e-6));
        float[] slope = x.Grad.ToArray(), row = t.ToArray()[..9];
        var length = Math.Sqrt(row.Sum(v => (double)v * v));
        if (epsilon == 0f) Assert.That(slope[..9], Is.All.Zero);
        else Assert.That(slope[..9].Zip(row, (g, v) => g * length / -1e12 - v), Is.All.EqualTo(0).Within(1e-6));   // 2 · (1 − 0) / 2 rows
        Assert.That(slope[9..], Is.All.Not.Zero);
    }

    [Test]
    public void Lengths_count_as_epsilon_at_least()
    {
        float[] x = [3e-14f, 4e-14f, 3e-6f, 4e-6f, 1f, 2f, 0f, 0f], t = [1f, 0f, 1f, 0f, 0f, 0f, 0f, 0f];
        using var guess = new Parameter(device, new Shape(4, 2));
        guess.Write(x);
        using var truth = Tensor.From(device, new Shape(4, 2), t);
        using var tape = Tape.Train(device);

        var loss = tape.Input(guess).ScaledCosineError(truth, gamma: 1, epsilon: 1e-12f);
        tape.Backward(loss);

        Assert.That(loss.Item(), Is.EqualTo((1 - 0.03 + (1 - 0.6) + 1 + 1) / 4).Within(1e-6));
        var slope = guess.Grad.ToArray();
        Assert.That(slope[..2].Select(v => v / 1e12), Is.EqualTo(new[] { -0.25, 0 }).Within(1e-6));   // short of the least length: as if divided by a constant
        Assert.That(slope[2..4].Select(v => v / 1e6), Is.EqualTo(new[] { 0.25 * (0.36 - 1) / 5, 0.25 * 0.48 / 5 }).Within(1e-6));
        Assert.That(slope[4..], Is.All.Zero);   // nothing to point at
    }

    [Test]
    public void NaN_shows_in_the_whole_row_of_the_gradient([Values] bool inTarget, [Values(0f, 1e-12f)] float epsilon)
    {
        using var x = new Parameter(device, new Shape(1, 9));
        float[] bad = [.. Enumerable.Range(0, 9).Select(i => i == 8 ? float.NaN : 1f)];
        x.Write(inTarget ? new float[9] : bad);
        using var t = Tensor.From(device, new Shape(1, 9), inTarget ? bad : [.. bad.Select(_ => 1f)]);
        using var tape = Tape.Train(device);

        tape.Backward(tape.Input(x).ScaledCosineError(t, gamma: 1, epsilon: epsilon));

        Assert.That(x.Grad.ToArray(), Is.All.NaN);
    }

    [Test]
    public void NaN_shows_in_the_loss()
    {
        using var x = Tensor.From(device, new Shape(1, 9), [.. Enumerable.Range(0, 9).Select(i => i == 8 ? float.NaN : 1f)]);
        using var tape = Tape.Infer(device);

        Assert.That(tape.Input(x).ScaledCosineError(x).Item(), Is.NaN);
    }

    [Test]
    public void A_target_of_another_shape_is_refused()
    {
        using var x = Any.Tensor(device, new Shape(2, 3));
        using var t = Any.Tensor(device, new Shape(2, 4));
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Input(x).ScaledCosineError(t), Throws.TypeOf<ShapeException>().With.Message.Contains("f is 3 in x but 4 in t"));
    }
}
