using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class SegmentAttendTests(Device device)
{
    private static readonly int[][] Groupings = [[], [0], [0, 0, 0, 2, 2], [1, 0, 2, 0, 1, 1, 0], [.. Enumerable.Repeat(0, 70)]];

    [Test]
    public void Agrees_with_the_formula_in_double([ValueSource(nameof(Groupings))] int[] groups, [Values(1, 2)] int heads, [Values(3, 8)] int features)
    {
        using var index = RowIndex.From(device, groups, 3);
        using var qkv = Any.Tensor(device, new Shape(groups.Length, 3 * heads * features));
        using var tape = Tape.Infer(device);

        Assert.That(OracleCheck.Error(tape.Input(qkv).AttendWithin(index, heads), Oracle(groups, qkv.ToArray(), heads, features)), Is.LessThan(1e-5));
    }

    [Test]
    public void Its_gradient_agrees_with_differences([ValueSource(nameof(Groupings))] int[] groups, [Values(0f, 0.4f)] float drop)
    {
        using var index = RowIndex.From(device, groups, 3);
        using var qkv = Any.Parameter(device, new Shape(groups.Length, 3 * 2 * 3));

        Assert.That(GradCheck.Error(qkv, tape => tape.Input(qkv).AttendWithin(index, heads: 2, drop)), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(qkv, tape => tape.Input(qkv).AttendWithin(index, heads: 2, drop)), Is.LessThan(1e-3));
    }

    [Test]
    public void Says_what_does_not_fit()
    {
        using var index = RowIndex.From(device, [0, 1], 2);
        using var qkv = Any.Parameter(device, new Shape(2, 8));
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Input(qkv).AttendWithin(index, heads: 2), Throws.TypeOf<ShapeException>().With.Message.Contains("[2, 8]").And.Message.Contains("2 heads"));
    }

    private static double[] Oracle(int[] groups, float[] qkv, int heads, int features)
    {
        var width = heads * features;
        var y = new double[groups.Length * width];
        for (var i = 0; i < groups.Length; i++)
            for (var h = 0; h < heads; h++)
            {
                int[] others = [.. Enumerable.Range(0, groups.Length).Where(j => groups[j] == groups[i])];
                double[] power = [.. others.Select(j => Math.Exp(Enumerable.Range(h * features, features).Sum(c => (double)qkv[i * 3 * width + c] * qkv[j * 3 * width + width + c]) / Math.Sqrt(features)))];
                for (var c = h * features; c < (h + 1) * features; c++)
                    y[i * width + c] = others.Select((j, k) => power[k] * qkv[j * 3 * width + 2 * width + c]).Sum() / power.Sum();
            }
        return y;
    }
}
