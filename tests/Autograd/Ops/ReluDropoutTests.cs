using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class ReluDropoutTests(Device device)
{
    [Test]
    public void Gives_what_its_parts_give([Values(0f, 0.3f, 1f)] float p, [Values(1, 5, 8, 33, 64)] int width, [Values] bool biased)
    {
        using Tensor x = Any.Tensor(device, new Shape(7, width)), b = Any.Tensor(device, new Shape(width), 5);
        using Tape one = Tape.Train(device, seed: 4), two = Tape.Train(device, seed: 4);

        var fused = one.Input(x).ReluDropout(p, biased ? b : null);
        var parts = (biased ? two.Input(x) + b : two.Input(x)).Relu().Dropout(p);

        Assert.That(fused.ToArray(), Is.EqualTo(parts.ToArray()).Within(1e-7));
    }

    [Test]
    public void Gradients_are_those_of_its_parts([Values(0f, 0.3f, 1f)] float p, [Values(1, 33, 64)] int width)
    {
        using Parameter x = Any.AwayFromZero(device, new Shape(40, width)), b = Any.Parameter(device, new Shape(width), 5);
        using var u = Any.Tensor(device, x.Shape, 6);
        (float[], float[]) Gradients(Func<Var, Var> f)
        {
            x.ClearGrad();
            b.ClearGrad();
            using var tape = Tape.Train(device, seed: 4);
            tape.Backward((f(tape.Input(x) * 1f) * u).Sum());
            return (x.Grad.ToArray(), b.Grad.ToArray());
        }

        var (dx, db) = Gradients(h => h.ReluDropout(p, b));
        var (dx2, db2) = Gradients(h => (h + b).Relu().Dropout(p));

        Assert.That(dx, Is.EqualTo(dx2).Within(1e-6));
        Assert.That(db, Is.EqualTo(db2).Within(1e-4));
    }

    [Test]
    public void Gradient_agrees_with_a_central_difference()
    {
        using Parameter x = Any.AwayFromZero(device, new Shape(5, 9)), b = Any.Parameter(device, new Shape(9));
        b.Write(new float[9]);
        GradCheck.Verify([("x", x)], tape => tape.Input(x).ReluDropout(0.4f));
        GradCheck.Verify([("x", x), ("b", b)], tape => tape.Input(x).ReluDropout(0.4f, b));
    }

    [Test]
    public void Nothing_is_dropped_in_inference()
    {
        using var x = Tensor.From(device, new Shape(4), [-1f, 0f, 2f, 3f]);
        using var tape = Tape.Infer(device);

        Assert.That(tape.Input(x).ReluDropout(0.9f).ToArray(), Is.EqualTo(new[] { 0f, 0f, 2f, 3f }));
    }

    [Test]
    public void A_bias_that_does_not_fit_is_refused()
    {
        using Tensor x = Any.Tensor(device, new Shape(4, 3)), b = Any.Tensor(device, new Shape(4));
        using var tape = Tape.Train(device);

        Assert.That(() => tape.Input(x).ReluDropout(0.5f, b), Throws.TypeOf<ShapeException>().With.Message.Contains("[4, 3]").And.Message.Contains("[4]"));
        Assert.That(() => tape.Input(x).ReluDropout(1.5f), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
