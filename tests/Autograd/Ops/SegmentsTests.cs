using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class SegmentsTests(Device device)
{
    [Test]
    public void Softmax_sums_to_one_in_each_group_sorted_or_not([Values] bool sorted, [Values(1, 3)] int width)
    {
        int[] index = sorted ? [0, 0, 0, 2, 2] : [2, 0, 2, 0, 0];
        using var groups = RowIndex.From(device, index, 3);
        using var x = Any.Parameter(device, new Shape(5, width));
        using var tape = Tape.Infer(device);

        var y = tape.Input(x).SegmentSoftmax(groups).ToArray();

        foreach (var g in new[] { 0, 2 })
            Assert.That(index.Select((i, k) => i == g ? y[k * width] : 0f).Sum(), Is.EqualTo(1f).Within(1e-6));
        Assert.That(GradCheck.Error(x, t => t.Input(x).SegmentSoftmax(groups)), Is.LessThan(1e-3));
    }

    [Test]
    public void Sorting_keeps_the_first_rows_and_pads_with_zeros([Values(1, 9)] int width)
    {
        using var groups = RowIndex.From(device, [1, 0, 1, 1, 0], 3);
        using var x = new Parameter(device, new Shape(5, width));
        x.Write([.. Enumerable.Range(0, 5 * width).Select(k => (float)(k * 3 % (5 * width)))]);
        float[] last = [.. Enumerable.Range(0, 5).Select(i => x.ToArray()[i * width + width - 1])];
        using var tape = Tape.Infer(device);

        var y = tape.Input(x).SortPool(groups, k: 2).ToArray();

        Assert.That(y[width - 1], Is.EqualTo(Math.Max(last[1], last[4])));
        Assert.That(y[2 * width - 1], Is.EqualTo(Math.Min(last[1], last[4])));
        Assert.That(y[4 * width - 1], Is.EqualTo(new[] { last[0], last[2], last[3] }.Order().ElementAt(1)));
        Assert.That(y[(4 * width)..], Is.All.Zero);
        Assert.That(GradCheck.Error(x, t => t.Input(x).SortPool(groups, 2)), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(x, t => new SortPoolOp(t.Input(x), groups, 2).Apply()), Is.LessThan(1e-3));
    }

    [Test]
    public void Columns_are_joined_and_cut([Values(0, 1, 7)] int rows, [Values(1, 8, 11)] int width)
    {
        using var a = Any.Parameter(device, new Shape(rows, width));
        using var b = Any.Parameter(device, new Shape(rows, 3), seed: 4);
        Var Run(Tape tape) => tape.Input(a).Concat(tape.Input(b), tape.Input(a)).Columns(1..(width + 4));
        using var tape = Tape.Infer(device);

        var y = Run(tape).ToArray();

        for (var i = 0; i < rows; i++) Assert.That(y[i * (width + 3) + width - 1], Is.EqualTo(b.ToArray()[i * 3]));
        foreach (var p in new[] { a, b })
        {
            Assert.That(GradCheck.Error(p, Run), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.LinearError(p, Run), Is.LessThan(1e-5));
        }
    }

    [Test]
    public void Powers_and_their_gradients_agree_with_differences([ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int n)
    {
        using var a = new Parameter(device, new Shape(n, 2));
        a.Write([.. Any.Values(2 * n).Select(v => v + 1.5f)]);
        using var b = new Parameter(device, new Shape(2));
        b.Write([1.7f, 0.4f]);
        Var Run(Tape tape) => tape.Input(a).Pow(tape.Input(b));
        var values = a.ToArray();
        using var tape = Tape.Infer(device);

        Assert.That(OracleCheck.Error(Run(tape), [.. values.Select((v, k) => Math.Pow(v, k % 2 == 0 ? 1.7f : 0.4f))]), Is.LessThan(2e-6));
        foreach (var p in new[] { a, b }) Assert.That(GradCheck.Error(p, Run), Is.LessThan(1e-3));
    }

    [Test]
    public void A_power_of_zero_has_no_infinite_slope()
    {
        using var a = new Parameter(device, new Shape(9));
        a.Write([0, 0, 4, 0, 0, 0, 0, 0, 0]);
        using var b = Tensor.From(device, new Shape(9), [2f, 0.5f, 0.5f, 1f, 0f, 2f, 2f, 2f, 2f]);
        using var tape = Tape.Train(device);

        var y = tape.Input(a).Pow(b);
        tape.Backward(y.Sum());

        Assert.That(y.ToArray()[..5], Is.EqualTo(new[] { 0f, 0f, 2f, 0f, 1f }).Within(1e-6));
        Assert.That(a.Grad.ToArray()[..5], Is.EqualTo(new[] { 0f, 0f, 0.25f, 1f, 0f }).Within(1e-6));
    }

    [Test]
    public void Clamp_and_root_have_flat_parts()
    {
        using var x = new Parameter(device, new Shape(9));
        x.Write([-1, 0.25f, 9, 4, 0, 0, 0, 0, -2]);
        using var tape = Tape.Train(device);

        var y = tape.Input(x).Map<Clamp>(5f).Map<RootAbove>(0.3f);
        tape.Backward(y.Sum());

        Assert.That(y.ToArray()[..4], Is.EqualTo(new[] { 0f, 0f, MathF.Sqrt(5), 2f }));
        Assert.That(x.Grad.ToArray()[..4], Is.EqualTo(new[] { 0f, 0f, 0f, 0.25f }));
    }

    [Test]
    public void Of_two_equal_ones_the_first_takes_the_gradient([Values(1, 9)] int n)
    {
        using var a = new Parameter(device, new Shape(n));
        using var b = new Parameter(device, new Shape(n));
        a.Write([.. Enumerable.Repeat(1f, n)]);
        b.Write([.. Enumerable.Range(0, n).Select(i => (float)i)]);
        using var tape = Tape.Train(device);

        var y = new ZipOp<Maximum>(tape.Input(a), tape.Input(b)).Apply();
        tape.Backward(y.Sum());

        Assert.That(y.ToArray(), Is.EqualTo(b.ToArray().Select(v => Math.Max(1f, v))));
        Assert.That(b.Grad.ToArray(), Is.EqualTo(b.ToArray().Select(v => v > 1f ? 1f : 0f)));
        Assert.That(a.Grad.ToArray(), Is.EqualTo(b.ToArray().Select(v => v > 1f ? 0f : 1f)));
    }

    [Test]
    public void No_gradient_flows_through_what_is_detached()
    {
        using var x = Any.Parameter(device, new Shape(3));
        using var tape = Tape.Train(device);
        var input = tape.Input(x);

        tape.Backward((input * input.Detach()).Sum());

        Assert.That(x.Grad.ToArray(), Is.EqualTo(x.ToArray()));
    }
}
