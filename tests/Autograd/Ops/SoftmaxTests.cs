using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class SoftmaxTests(Device device)
{
    [Test]
    public void Agrees_with_the_formula_and_with_differences([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int width, [Values] bool log)
    {
        using var x = Any.Parameter(device, new Shape(3, width));
        var values = x.ToArray();
        var expected = Enumerable.Range(0, values.Length).Select(i =>
        {
            var total = values.Skip(i / width * width).Take(width).Sum(v => Math.Exp(v));
            return log ? values[i] - Math.Log(total) : Math.Exp(values[i]) / total;
        }).ToArray();
        Var Run(Tape tape) => log ? tape.Input(x).LogSoftmax() : tape.Input(x).Softmax();

        using var tape = Tape.Infer(device);
        Assert.That(OracleCheck.Error(Run(tape), expected), Is.LessThan(1e-6));
        Assert.That(GradCheck.Error(x, Run), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(x, Run), Is.LessThan(1e-3));
    }

    [Test]
    public void NaN_and_infinity_show_in_their_row_only()
    {
        float[] values = [1f, float.NaN, 1f, float.NegativeInfinity, float.PositiveInfinity, 0f, 1e30f, 1e30f];
        using var x = Tensor.From(device, new Shape(4, 2), values);
        using var tape = Tape.Infer(device);

        Assert.That(OracleCheck.Error(tape.Input(x).Softmax(), [double.NaN, double.NaN, 1, 0, double.NaN, double.NaN, 0.5, 0.5]), Is.LessThan(1e-6));
    }

    [Test]
    public void NaN_anywhere_in_a_row_and_nothing_but_negative_infinity_give_NaN([Values(8, 11, 40)] int width, [Values(0, 3, -1)] int at)
    {
        var values = Any.Values(3 * width);
        values[width + (at + width) % width] = float.NaN;
        Array.Fill(values, float.NegativeInfinity, 2 * width, width);
        using var x = Tensor.From(device, new Shape(3, width), values);
        using var tape = Tape.Infer(device);

        var y = tape.Input(x).Softmax().ToArray();

        Assert.That(y[..width].Sum(), Is.EqualTo(1f).Within(1e-5f));
        Assert.That(y[width..], Is.All.NaN);
    }
}
