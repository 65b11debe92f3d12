using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class MoveTests(Device device)
{
    [Test]
    public void Fill_and_Copy_write_every_element([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int n)
    {
        using var x = new Tensor(device, new Shape(n));
        using var y = new Tensor(device, new Shape(n));

        device.Run(new Fill(x, 2.5f));
        device.Run(new Copy(x, y));

        Assert.That(y.ToArray(), Is.All.EqualTo(2.5f));
    }

    [Test]
    public void Axpby_agrees_with_the_formula([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int n, [Values(0f, 1f, -0.5f)] float b)
    {
        using var x = Any.Tensor(device, new Shape(n), seed: 1);
        using var y = Any.Tensor(device, new Shape(n), seed: 2);
        double[] expected = [.. x.ToArray().Zip(y.ToArray(), (u, v) => 3.0 * u + (double)b * v)];

        device.Run(new Axpby(3f, x, b, y));

        Assert.That(GraphTune.Autograd.OracleCheck.Error(y, expected), Is.LessThan(1e-6));
    }

    [Test]
    public void Axpby_with_b_zero_does_not_read_what_was_there()
    {
        using var x = Any.Tensor(device, new Shape(9));
        using var y = Tensor.From(device, new Shape(9), [.. Enumerable.Repeat(float.NaN, 9)]);

        device.Run(new Axpby(1f, x, 0f, y));

        Assert.That(y.ToArray(), Is.EqualTo(x.ToArray()));
    }

    [Test]
    public void CopyTransposed_swaps_rows_and_columns([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int n, [Values] bool accumulate)
    {
        using var x = Any.Tensor(device, new Shape(n, 19));
        using var y = Tensor.From(device, new Shape(19, n), [.. Enumerable.Repeat(accumulate ? 1f : float.NaN, 19 * n)]);
        var values = x.ToArray();

        device.Run(new CopyTransposed(x, y, accumulate));

        Assert.That(y.ToArray(), Is.EqualTo(Enumerable.Range(0, 19 * n).Select(i => (accumulate ? 1f : 0f) + values[i % n * 19 + i / n])));
    }

    [Test]
    public void ScaleBy_reads_its_factor_on_the_device([Values] bool accumulate)
    {
        using var s = Tensor.From(device, new Shape(1), [0.5f]);
        using var x = Any.Tensor(device, new Shape(33));
        using var y = Tensor.From(device, new Shape(33), [.. Enumerable.Repeat(1f, 33)]);

        device.Run(new ScaleBy(s, x, y, accumulate, Factor: 4f));

        Assert.That(y.ToArray(), Is.EqualTo(x.ToArray().Select(v => (accumulate ? 1f : 0f) + 2f * v)).Within(1e-6f));
    }
}
