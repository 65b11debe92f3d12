using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class TapeTests
{
    private readonly Device device = TestDevices.Cpu;

    [Test]
    public void A_tape_returns_all_it_took()
    {
        using var own = new CpuDevice(1);
        using var x = Any.Parameter(own, new Shape(4, 4));
        var before = own.Pool.LiveBytes;

        using (var tape = Tape.Train(own)) tape.Input(x).Gelu().Tanh();

        Assert.That(own.Pool.LiveBytes, Is.EqualTo(before));
    }

    [Test]
    public void A_result_of_an_ended_tape_says_so()
    {
        using var x = Any.Parameter(device, new Shape(2));
        var tape = Tape.Infer(device);
        var y = tape.Input(x).Relu();

        tape.Dispose();

        Assert.That(() => y.ToArray(), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("tape"));
    }

    private const int OneLargerBuffer = 768;   // the pool may lend a small kept buffer of up to four times the size: here for the loss

    [Test]
    public void What_is_disposed_early_goes_back_once_backward_has_read_it()
    {
        using var own = new CpuDevice(1);
        using Parameter x = Any.Parameter(own, new Shape(100, 10)), w = Any.Parameter(own, new Shape(10, 10), 4);
        w.TakeGrad(out _);
        x.TakeGrad(out _);
        float[] Gradient(bool early)
        {
            w.ClearGrad();
            x.ClearGrad();
            using var tape = Tape.Train(own);
            var before = own.Pool.LiveBytes;
            var shifted = tape.Input(x) + 1f;   // read by the product's backward
            var h = shifted.Linear(w);          // read by nobody: a sum's gradient is constant
            var view = h.Reshape(1000);
            if (early)
            {
                h.Dispose();
                shifted.Dispose();
                Assert.That(view.ToArray(), Has.Length.EqualTo(1000), "a view holds what it looks at");
            }
            var loss = view.Sum();
            if (early) view.Dispose();
            Assert.That(own.Pool.LiveBytes - before, Is.EqualTo((early ? 4096 : 2 * 4096) + 256).Within(OneLargerBuffer));
            tape.Backward(loss);
            Assert.That(own.Pool.LiveBytes - before, Is.EqualTo((early ? 0 : 2 * 4096) + 256).Within(OneLargerBuffer));
            return [.. w.Grad.ToArray(), .. x.Grad.ToArray()];
        }

        Assert.That(Gradient(early: true), Is.EqualTo(Gradient(early: false)));
    }

    [Test]
    public void A_value_that_was_given_up_cannot_be_used_again()
    {
        using var x = Any.Parameter(device, new Shape(4));
        using var tape = Tape.Train(device);
        var y = tape.Input(x) * 2f;
        y.Dispose();

        Assert.That(() => y.Relu(), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Gradients_that_are_given_on_are_not_shared()
    {
        using Parameter a = Any.Parameter(device, new Shape(5)), b = Any.Parameter(device, new Shape(5), 4);
        using var u = Any.Tensor(device, new Shape(5), 5);
        using var tape = Tape.Train(device);
        Var x = tape.Input(a) * 1f, z = tape.Input(b) * 1f;

        tape.Backward((((x + z) * u) + ((z - x) + (x + x)).Tanh()).Sum());

        float[] va = a.ToArray(), vb = b.ToArray(), vu = u.ToArray();
        double[] slope = [.. va.Zip(vb, (p, q) => 1 - Math.Pow(Math.Tanh((double)p + q), 2))];
        Assert.That(OracleCheck.Error(a.Grad, [.. vu.Zip(slope, (p, q) => p + q)]), Is.LessThan(1e-6));
        Assert.That(OracleCheck.Error(b.Grad, [.. vu.Zip(slope, (p, q) => p + q)]), Is.LessThan(1e-6));
    }

    [Test]
    public void A_loss_must_be_one_number()
    {
        using var x = Any.Parameter(device, new Shape(2));
        using var tape = Tape.Train(device);

        Assert.That(() => tape.Backward(tape.Input(x)), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void A_frozen_parameter_gets_no_gradient()
    {
        using var x = Any.Parameter(device, new Shape(3));
        using var u = Any.Tensor(device, new Shape(3));
        x.Tracks = false;
        using var tape = Tape.Train(device);

        tape.Backward(new Dot(tape.Input(x).Tanh(), u).Apply());

        Assert.That(x.HasGrad, Is.False);
    }

    [Test]
    public void Two_uses_of_one_value_add_their_gradients()
    {
        using var x = Any.Parameter(device, new Shape(9));
        Assert.That(GradCheck.Error(x, tape =>
        {
            var once = tape.Input(x).Tanh();
            return once.Reshape(3, 3).Gelu().Reshape(9);
        }), Is.LessThan(1e-3));
    }

    [Test]
    public void Gradients_accumulate_over_tapes_until_they_are_cleared()
    {
        using var x = Any.Parameter(device, new Shape(5));
        using var u = Any.Tensor(device, new Shape(5));
        for (var i = 0; i < 3; i++)
        {
            using var tape = Tape.Train(device);
            tape.Backward(new Dot(tape.Input(x), u).Apply(), scale: 0.5f);
        }

        Assert.That(x.Grad.ToArray(), Is.EqualTo(u.ToArray().Select(v => 1.5f * v)).Within(1e-6));
        x.ClearGrad();
        Assert.That(x.Grad.ToArray(), Is.All.Zero);
    }
}
