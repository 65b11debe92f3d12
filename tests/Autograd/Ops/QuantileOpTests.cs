using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class QuantileOpTests(Device device)
{
    private static readonly float[] Numbers = [5, 1, 4, 2, 8, 7];

    [TestCase(0.5f, Interpolation.Lower, 2f)]
    [TestCase(0.5f, Interpolation.Higher, 4f)]
    [TestCase(0.5f, Interpolation.Midpoint, 3f)]
    [TestCase(0.5f, Interpolation.Linear, 3f)]
    [TestCase(0.25f, Interpolation.Linear, 1.75f)]
    [TestCase(0.5f, Interpolation.Nearest, 4f)]
    [TestCase(0.1f, Interpolation.Nearest, 1f)]
    [TestCase(0f, Interpolation.Linear, 1f)]
    [TestCase(1f, Interpolation.Linear, 5f)]
    public void Lies_where_the_convention_says(float q, Interpolation how, float expected)
    {
        using var groups = RowIndex.From(device, [0, 0, 0, 0, 2, 2], 3);
        using var x = Tensor.From(device, new Shape(6, 1), Numbers);
        using var tape = Tape.Infer(device);

        var y = new QuantileOp(tape.Input(x), new(q, how), groups.Groups, groups.Elements, Empty: -1f).Apply().ToArray();

        Assert.That(y[0], Is.EqualTo(expected));
        Assert.That(y[1], Is.EqualTo(-1f));
    }

    [Test]
    public void Its_gradient_goes_to_the_numbers_it_was_taken_from([Values(0.3f, 0.5f)] float q, [Values] Interpolation how, [Values(1, 9)] int width)
    {
        // Duplicate edges: two of a node's entries may stand at the two places.
        var pattern = new Pattern(device, 5, [(0, 1), (0, 1), (4, 1), (2, 1), (3, 0), (1, 0)]);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using var x = new Parameter(device, new Shape(5, width));
        x.Write([.. Enumerable.Range(0, 5 * width).Select(k => 0.1f * (k * 3 % (5 * width)))]);
        Var Run(Tape tape) => new QuantileOp(tape.Input(x), new(q, how), @in, @out).Apply();

        Assert.That(GradCheck.Error(x, Run, step: 1e-2f), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(x, Run, step: 1e-2f), Is.LessThan(1e-3));
    }

    [Test]
    public void NaN_counts_as_the_largest()
    {
        using var groups = RowIndex.From(device, [0, 0, 0], 1);
        using var x = Tensor.From(device, new Shape(3, 1), [float.NaN, 2f, float.NegativeInfinity]);
        using var tape = Tape.Infer(device);

        float Quantile(float q) => new QuantileOp(tape.Input(x), new(q, Interpolation.Lower), groups.Groups, groups.Elements).Apply().ToArray()[0];

        Assert.That(Quantile(0f), Is.EqualTo(float.NegativeInfinity));
        Assert.That(Quantile(0.5f), Is.EqualTo(2f));
        Assert.That(Quantile(1f), Is.NaN);
    }
}
