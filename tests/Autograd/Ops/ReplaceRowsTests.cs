using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class ReplaceRowsTests(Device device)
{
    [Test]
    public void Listed_rows_become_the_token_and_others_stay([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int width)
    {
        using var x = Any.Tensor(device, new Shape(4, width), seed: 1);
        using var token = Any.Tensor(device, new Shape(width), seed: 2);
        using var rows = Indices.From(device, [3, 0]);
        using var tape = Tape.Infer(device);

        var y = tape.Input(x).ReplaceRows(rows, token).ToArray();

        float[] t = token.ToArray(), v = x.ToArray();
        Assert.That(y, Is.EqualTo((float[])[.. t, .. v[width..(3 * width)], .. t]));
    }

    [Test]
    public void Its_gradients_agree_with_differences([Values(1, 9, 33)] int width)
    {
        using var x = Any.Parameter(device, new Shape(4, width), seed: 1);
        using var token = Any.Parameter(device, new Shape(width), seed: 2);
        using var rows = Indices.From(device, [3, 0]);
        Var F(Tape tape) => tape.Input(x).ReplaceRows(rows, token);
        Var Twice(Tape tape) => F(tape) * F(tape);

        Assert.That(AdjointCheck.LinearError(x, F), Is.LessThan(1e-5));
        Assert.That(AdjointCheck.LinearError(token, F), Is.LessThan(1e-5));
        Assert.That(GradCheck.Error(x, Twice), Is.LessThan(1e-3));
        Assert.That(GradCheck.Error(token, Twice), Is.LessThan(1e-3));
    }

    [Test]
    public void Or_each_row_becomes_its_own([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int width)
    {
        using var x = Any.Parameter(device, new Shape(4, width), seed: 1);
        using var own = Any.Parameter(device, new Shape(2, width), seed: 2);
        using var rows = Indices.From(device, [3, 0]);
        using var tape = Tape.Infer(device);
        Var F(Tape on) => on.Input(x).ReplaceRows(rows, own);

        float[] t = own.ToArray(), v = x.ToArray();
        Assert.That(F(tape).ToArray(), Is.EqualTo((float[])[.. t[width..], .. v[width..(3 * width)], .. t[..width]]));
        if (width is 0 or > 100) return;
        Assert.That(AdjointCheck.LinearError(x, F), Is.LessThan(1e-5));
        Assert.That(AdjointCheck.LinearError(own, F), Is.LessThan(1e-5));
        Assert.That(GradCheck.Error(own, on => F(on) * F(on) + F(on)), Is.LessThan(1e-3));
    }

    [Test]
    public void NaN_in_a_replaced_row_is_gone_forward_and_backward()
    {
        using var x = Any.Parameter(device, new Shape(2, 3));
        x.Write([float.NaN, float.NaN, float.NaN, 1f, 2f, 3f]);
        using var token = Any.Tensor(device, new Shape(3));
        using var rows = Indices.From(device, [0]);
        using var tape = Tape.Train(device);

        var y = tape.Input(x).ReplaceRows(rows, token);
        tape.Backward(y.Sum());

        Assert.That(y.ToArray(), Has.None.NaN);
        Assert.That(x.Grad.ToArray(), Is.EqualTo(new[] { 0f, 0f, 0f, 1f, 1f, 1f }));
    }

    [Test]
    public void Another_number_of_rows_than_listed_is_refused()
    {
        using var x = Any.Tensor(device, new Shape(4, 3));
        using var own = Any.Tensor(device, new Shape(3, 3));
        using var rows = Indices.From(device, [0, 1]);
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Input(x).ReplaceRows(rows, own), Throws.TypeOf<ShapeException>().With.Message.Contains("k is 2 in rows but 3 in values"));
    }

    [Test]
    public void A_token_of_another_width_is_refused()
    {
        using var x = Any.Tensor(device, new Shape(2, 3));
        using var token = Any.Tensor(device, new Shape(4));
        using var rows = Indices.From(device, [0]);
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Input(x).ReplaceRows(rows, token), Throws.TypeOf<ShapeException>().With.Message.Contains("f is 3 in x but 4 in values"));
    }
}
