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
