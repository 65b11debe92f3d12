using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class ConcatTests(Device device)
{
    [Test]
    public void Columns_of_a_concatenation_are_the_parts([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int f, [Values(0, 1, 5)] int n)
    {
        using var a = Any.Tensor(device, new Shape(n, f), seed: 1);
        using var b = Any.Tensor(device, new Shape(n, 3), seed: 2);
        using var c = Any.Tensor(device, new Shape(n, 9), seed: 3);
        using var tape = Tape.Infer(device);

        var y = tape.Input(a).Concat(b, c);

        Assert.That(y.Shape, Is.EqualTo(new Shape(n, f + 12)));
        Assert.That(y.Columns(..f).ToArray(), Is.EqualTo(a.ToArray()));
        Assert.That(y.Columns(f..(f + 3)).ToArray(), Is.EqualTo(b.ToArray()));
        Assert.That(y.Columns(^9..).ToArray(), Is.EqualTo(c.ToArray()));
    }

    [Test]
    public void Its_gradients_agree_with_differences([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int f)
    {
        using var a = Any.Parameter(device, new Shape(4, f), seed: 1);
        using var b = Any.Parameter(device, new Shape(4, 9), seed: 2);
        Var F(Tape tape) => tape.Input(a).Concat(b, a).Columns((f / 2)..^1).Tanh();

        foreach (var p in new[] { a, b })
        {
            Assert.That(GradCheck.Error(p, F), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.Error(p, F), Is.LessThan(1e-3));
        }
    }

    [Test]
    public void Two_slices_of_one_value_add_their_gradients()
    {
        using var a = Any.Parameter(device, new Shape(4, 9));

        Assert.That(GradCheck.Error(a, tape =>
        {
            var x = tape.Input(a).Tanh();
            return x.Columns(0..5) * x.Columns(3..8);
        }), Is.LessThan(1e-3));
    }

    [Test]
    public void The_last_of_three_axes_is_joined()
    {
        using var a = Tensor.From(device, new Shape(1, 2, 1), [1, 2]);
        using var b = Tensor.From(device, new Shape(1, 2, 2), [3, 4, 5, 6]);
        using var tape = Tape.Infer(device);

        var y = tape.Input(a).Concat(b);

        Assert.That(y.Shape, Is.EqualTo(new Shape(1, 2, 3)));
        Assert.That(y.ToArray(), Is.EqualTo(new[] { 1f, 3, 4, 2, 5, 6 }));
    }

    [Test]
    public void Parts_of_other_heights_and_columns_that_are_not_there_are_refused()
    {
        using var a = Any.Tensor(device, new Shape(4, 2));
        using var b = Any.Tensor(device, new Shape(3, 2));
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Input(a).Concat(b), Throws.TypeOf<ShapeException>().With.Message.Contains("[3, 2]").And.Message.Contains("[4, 2]"));
        Assert.That(() => new Columns(tape.Input(a), 1, 2).Apply(), Throws.TypeOf<ShapeException>().With.Message.Contains("[4, 2]"));
    }
}
