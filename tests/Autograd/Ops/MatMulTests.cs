using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class MatMulTests(Device device)
{
    [Test]
    public void Its_gradients_agree_with_differences([Values] Transpose t, [ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int n)
    {
        const int k = 5, m = 9;
        using var a = Any.Parameter(device, t == Transpose.Left ? new Shape(k, n) : new Shape(n, k), seed: 1);
        using var b = Any.Parameter(device, t == Transpose.Right ? new Shape(m, k) : new Shape(k, m), seed: 2);
        Var F(Tape tape) => tape.Input(a).MatMul(b, t);

        foreach (var p in new[] { a, b })
        {
            Assert.That(GradCheck.Error(p, F), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.LinearError(p, F), Is.LessThan(1e-5));
        }
    }

    [Test]
    public void The_gradients_of_a_linear_map_agree_with_differences([Values] bool bias, [ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int n)
    {
        using var x = Any.Parameter(device, new Shape(n, 7), seed: 1);
        using var w = Any.Parameter(device, new Shape(9, 7), seed: 2);
        using var b = Any.Parameter(device, new Shape(9), seed: 3);
        Var F(Tape tape) => tape.Input(x).Linear(w, bias ? b : null);

        foreach (var p in bias ? new[] { x, w, b } : [x, w])
        {
            Assert.That(GradCheck.Error(p, F), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.LinearError(p, F), Is.LessThan(1e-5));
        }
    }

    [Test]
    public void A_fused_rectifier_has_the_value_and_the_gradients_of_a_separate_one()
    {
        using var x = Any.Parameter(device, new Shape(9, 7), seed: 1);
        using var w = Any.Parameter(device, new Shape(17, 7), seed: 2);
        using var b = Any.Parameter(device, new Shape(17), seed: 3);
        using var u = Any.Tensor(device, new Shape(9, 17), seed: 4);

        var fused = Step(tape => tape.Input(x).Linear(w, b, relu: true));
        var apart = Step(tape => tape.Input(x).Linear(w, b).Relu());

        Assert.That(fused, Is.EqualTo(apart));

        float[] Step(Func<Tape, Var> f)
        {
            foreach (var p in new[] { x, w, b }) p.ClearGrad();
            using var tape = Tape.Train(device);
            var y = f(tape);
            tape.Backward(new Dot(y, u).Apply());
            return [.. y.ToArray(), .. x.Grad.ToArray(), .. w.Grad.ToArray(), .. b.Grad.ToArray()];
        }
    }

    [Test]
    public void Operands_that_do_not_fit_are_refused_with_both_sizes()
    {
        using var tape = Tape.Infer(device);
        using var x = Any.Tensor(device, new Shape(4, 6));
        using var w = Any.Tensor(device, new Shape(3, 5));

        Assert.That(() => tape.Input(x).Linear(w), Throws.TypeOf<ShapeException>().With.Message.Contains("k is 6 in x but 5 in w"));
        Assert.That(() => tape.Input(x).MatMul(w), Throws.TypeOf<ShapeException>().With.Message.Contains("k is 6 in a but 3 in b"));
    }
}
