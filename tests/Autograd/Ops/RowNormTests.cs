using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class RowNormTests(Device device)
{
    private static readonly float[] Powers = [1f, 2f, 2.5f, float.PositiveInfinity];

    [Test]
    public void Agrees_with_the_formula_in_double([ValueSource(nameof(Powers))] float p, [ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int f)
    {
        using var x = Any.Tensor(device, new Shape(3, f));
        using var tape = Tape.Infer(device);
        var rows = x.ToArray().Select(v => (double)Math.Abs(v)).Chunk(Math.Max(1, f)).ToArray();

        var y = tape.Input(x).RowNorm(p);

        var expected = f == 0 ? [0, 0, 0] : rows.Select(r => float.IsInfinity(p) ? r.Max() : Math.Pow(r.Sum(v => Math.Pow(v, p)), 1 / (double)p));
        Assert.That(OracleCheck.Error(y, [.. expected]), Is.LessThan(2e-6));
    }

    [Test]
    public void Its_gradient_agrees_with_differences([ValueSource(nameof(Powers))] float p, [ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int f)
    {
        using var x = Any.AwayFromZero(device, new Shape(3, f));

        Assert.That(GradCheck.Error(x, tape => tape.Input(x).RowNorm(p)), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(x, tape => tape.Input(x).RowNorm(p), step: 5e-3f), Is.LessThan(1e-3));
    }

    [Test]
    public void A_row_of_zeros_has_length_0_and_gradient_0([ValueSource(nameof(Powers))] float p)
    {
        using var x = new Parameter(device, new Shape(1, 3));
        x.Write([0, 0, 0]);
        using var tape = Tape.Train(device);

        var y = tape.Input(x).RowNorm(p);
        tape.Backward(y.Sum());

        Assert.That(y.Item(), Is.Zero);
        Assert.That(x.Grad.ToArray(), Is.All.Zero);
    }

    [Test]
    public void The_largest_of_a_row_share_its_gradient()
    {
        using var x = new Parameter(device, new Shape(1, 3));
        x.Write([-2, 1, 2]);
        using var tape = Tape.Train(device);

        tape.Backward(tape.Input(x).RowNorm(float.PositiveInfinity).Sum());

        Assert.That(x.Grad.ToArray(), Is.EqualTo(new[] { -0.5f, 0f, 0.5f }));
    }

    [Test]
    public void NaN_spoils_its_row_and_no_other([ValueSource(nameof(Powers))] float p)
    {
        using var x = Tensor.From(device, new Shape(2, 3), [1, float.NaN, 2, 0, 0, 1]);
        using var tape = Tape.Infer(device);

        Assert.That(tape.Input(x).RowNorm(p).ToArray(), Is.EqualTo(new[] { float.NaN, 1f }));
    }

    [Test]
    public void Bessels_correction_of_one_number_is_1()
    {
        using var x = Tensor.From(device, new Shape(10), [1, 0.5f, 0.25f, 1, 0.5f, 0.25f, 1, 0.5f, 0.25f, 1]);
        using var tape = Tape.Infer(device);

        Assert.That(tape.Input(x).Map<Unbiased>().ToArray(), Is.EqualTo(new[] { 1, 2, 4 / 3f, 1, 2, 4 / 3f, 1, 2, 4 / 3f, 1 }).Within(1e-6));
    }
}
