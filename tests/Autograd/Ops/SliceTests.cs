using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class SliceTests(Device device)
{
    [Test]
    public void The_parts_of_a_stack_are_what_was_stacked()
    {
        using Tensor a = Any.Tensor(device, new Shape(2, 3), 1), b = Any.Tensor(device, new Shape(4, 3), 2);
        using var tape = Tape.Infer(device);

        var y = tape.Input(a).Stack(b);

        Assert.That(y.Shape, Is.EqualTo(new Shape(6, 3)));
        Assert.That(y.Part(0, 2, 3).ToArray(), Is.EqualTo(a.ToArray()));
        Assert.That(y.Part(1, 2, 3).ToArray(), Is.EqualTo(b.ToArray()[..6]));
    }

    [Test]
    public void Gradients_of_stacks_parts_and_transposes_agree_with_differences()
    {
        using Parameter a = Any.Parameter(device, new Shape(2, 3), 1), b = Any.Parameter(device, new Shape(4, 3), 2);

        GradCheck.Verify([("a", a), ("b", b)], tape =>
        {
            var y = tape.Input(a).Stack(b, a).Tanh();
            return y.Part(1, 3, 3).Transposed() * y.Part(0, 3, 3);
        });
    }

    [Test]
    public void Transposed_swaps_rows_and_columns()
    {
        using var x = Tensor.From(device, new Shape(2, 3), [1f, 2f, 3f, 4f, 5f, 6f]);
        using var tape = Tape.Infer(device);

        Assert.That(tape.Input(x).Transposed().ToArray(), Is.EqualTo(new[] { 1f, 4f, 2f, 5f, 3f, 6f }));
    }

    [Test]
    public void More_than_there_is_is_refused()
    {
        using var x = Any.Tensor(device, new Shape(2, 3));
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Input(x).Part(2, 1, 3), Throws.TypeOf<ShapeException>().With.Message.Contains("[2, 3]"));
        Assert.That(() => tape.Input(x).Stack(Any.Tensor(device, new Shape(2, 4))), Throws.TypeOf<ShapeException>().With.Message.Contains("[2, 4]"));
    }
}
