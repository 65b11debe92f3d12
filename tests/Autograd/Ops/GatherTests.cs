using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class GatherTests(Device device)
{
    [Test]
    public void Picks_rows_and_its_gradient_adds_them_up([Values(1, 7, 8, 33)] int width)
    {
        int[] index = [3, 0, 3, 3, 2];
        using var rows = RowIndex.From(device, index, 5);
        using var x = Any.Parameter(device, new Shape(5, width));
        var xs = x.ToArray();
        using var tape = Tape.Infer(device);

        var y = tape.Input(x).Gather(rows).ToArray();

        Assert.That(y, Is.EqualTo(index.SelectMany(i => xs.Skip(i * width).Take(width))));
        Assert.That(GradCheck.Error(x, t => t.Input(x).Gather(rows)), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.LinearError(x, t => t.Input(x).Gather(rows)), Is.LessThan(1e-5));
    }

    [Test]
    public void A_vector_is_gathered_too_and_an_empty_index_gives_nothing()
    {
        using var rows = RowIndex.From(device, [2, 0], 3);
        using var none = RowIndex.From(device, [], 3);
        using var x = Tensor.From(device, new Shape(3), [1, 2, 3]);
        using var tape = Tape.Infer(device);

        Assert.That(tape.Input(x).Gather(rows).ToArray(), Is.EqualTo(new[] { 3f, 1f }));
        Assert.That(tape.Input(x).Gather(none).ToArray(), Is.Empty);
    }

    [Test]
    public void Segments_sum_and_average_in_any_order([Values(1, 9)] int width)
    {
        using var groups = RowIndex.From(device, [2, 0, 2, 2, 0], 4);
        using var x = Any.Parameter(device, new Shape(5, width));
        var xs = x.ToArray();
        using var tape = Tape.Infer(device);

        var sum = tape.Input(x).Segment(Aggregation.Sum, groups).ToArray();
        var mean = tape.Input(x).Segment(Aggregation.Mean, groups).ToArray();

        Assert.That(sum[0], Is.EqualTo(xs[width] + xs[4 * width]).Within(1e-6));
        Assert.That(sum[2 * width], Is.EqualTo(xs[0] + xs[2 * width] + xs[3 * width]).Within(1e-6));
        Assert.That(mean[2 * width], Is.EqualTo(sum[2 * width] / 3).Within(1e-6));
        Assert.That(mean[width], Is.Zero);
        Assert.That(AdjointCheck.LinearError(x, t => t.Input(x).Segment(Aggregation.Mean, groups)), Is.LessThan(1e-5));
    }

    [Test]
    public void A_row_that_is_not_there_is_named() =>
        Assert.That(() => RowIndex.From(device, [0, 7], 5), Throws.TypeOf<InvalidDataException>().With.Message.Contains("entry 1: group 7"));
}
