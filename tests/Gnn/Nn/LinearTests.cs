using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class LinearTests
{
    private readonly Device device = TestDevices.Cpu;

    [Test]
    public void Its_parameters_have_the_names_and_shapes_of_PyTorch()
    {
        using var linear = new Linear(device, inputs: 3, outputs: 5, new Rng(1));

        Assert.That(linear.Parameters.Select(p => $"{p.Path}{p.Value.Shape}"), Is.EqualTo(new[] { "weight[5, 3]", "bias[5]" }));
    }

    [Test]
    public void Its_weights_fill_the_range_they_are_drawn_from_and_follow_the_seed()
    {
        using var kaiming = new Linear(device, 100, 300, new Rng(1));
        using var again = new Linear(device, 100, 300, new Rng(1));
        using var glorot = new Linear(device, 100, 300, new Rng(1), glorot: true);

        Assert.That(kaiming.Weight.ToArray().Max(MathF.Abs), Is.InRange(0.0999f, 0.1f));
        Assert.That(kaiming.Bias!.ToArray().Max(MathF.Abs), Is.InRange(0.09f, 0.1f));
        Assert.That(kaiming.Weight.ToArray().Average(), Is.EqualTo(0f).Within(0.002f));
        Assert.That(again.Weight.ToArray(), Is.EqualTo(kaiming.Weight.ToArray()));
        Assert.That(glorot.Weight.ToArray().Max(MathF.Abs), Is.EqualTo(MathF.Sqrt(6f / 400)).Within(1e-4f));
        Assert.That(glorot.Bias!.ToArray(), Is.All.Zero);
    }

    [Test]
    public void A_sequence_gives_the_same_bits_whether_or_not_it_fuses_a_rectifier()
    {
        using var first = new Linear(device, 7, 9, new Rng(1));
        using var second = new Linear(device, 9, 4, new Rng(2));
        using var x = Any.Tensor(device, new Shape(11, 7));
        using var tape = Tape.Infer(device);
        var sequence = new Sequential(first, new Activation(ActivationKind.Relu), second);

        var y = sequence.Forward(tape.Input(x));

        Assert.That(y.ToArray(), Is.EqualTo(second.Forward(first.Forward(tape.Input(x)).Relu()).ToArray()));
        Assert.That(sequence.Parameters.Select(p => p.Path), Is.EqualTo(new[] { "0.weight", "0.bias", "2.weight", "2.bias" }));
    }

    [Test]
    public void A_sequence_fuses_every_function_and_dropout_to_the_same_numbers([Values] ActivationKind kind, [Values(0f, 0.4f)] float p)
    {
        using var linear = new Linear(device, 7, 9, new Rng(1));
        using var x = Any.Tensor(device, new Shape(33, 7));
        using Tape fused = Tape.Train(device, seed: 3), apart = Tape.Train(device, seed: 3);
        using var activation = Activation.Of(kind, device);
        var dropout = new GraphTune.Gnn.Dropout(p);

        var y = new Sequential(linear, activation, dropout).Forward(fused.Input(x));

        Assert.That(y.ToArray(), Is.EqualTo(dropout.Forward(activation.Forward(linear.Forward(apart.Input(x)))).ToArray()).Within(2e-6f));
    }
}
