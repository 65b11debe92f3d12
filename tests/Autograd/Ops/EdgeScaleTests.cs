using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class EdgeScaleTests(Device device)
{
    [Test]
    public void Scales_by_both_ends_and_its_gradients_agree_with_differences([Values(1, 9, 33)] int nodes)
    {
        var pattern = Pattern.Any(device, nodes);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using var w = Any.Parameter(device, new Shape(pattern.Edges.Length), seed: 4);
        using var s = Any.Parameter(device, new Shape(nodes), seed: 5);
        using var t = Any.Parameter(device, new Shape(nodes), seed: 6);
        Var Run(Tape tape) => new EdgeScale(tape.Input(w), tape.Input(s), tape.Input(t), @in, @out).Apply();
        float[] ws = w.ToArray(), ss = s.ToArray(), ts = t.ToArray();
        using var tape = Tape.Infer(device);

        var y = Run(tape);

        Assert.That(OracleCheck.Error(y, [.. pattern.Edges.Select((e, k) => (double)ws[k] * ss[e.To] * ts[e.From])]), Is.LessThan(1e-6));
        foreach (var p in new[] { w, s, t })
        {
            Assert.That(GradCheck.Error(p, Run), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.LinearError(p, Run), Is.LessThan(1e-5));
        }
    }

    [Test]
    public void Either_end_may_be_left_out()
    {
        var pattern = Pattern.Any(device, 7);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using var w = Any.Parameter(device, new Shape(pattern.Edges.Length), seed: 4);
        using var s = Any.Parameter(device, new Shape(7), seed: 5);

        Assert.That(AdjointCheck.LinearError(s, tape => new EdgeScale(tape.Input(w), tape.Input(s), null, @in, @out).Apply()), Is.LessThan(1e-5));
        Assert.That(AdjointCheck.LinearError(s, tape => new EdgeScale(tape.Input(w), null, tape.Input(s), @in, @out).Apply()), Is.LessThan(1e-5));
    }
}

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class UnitRowsTests(Device device)
{
    [Test]
    public void Rows_have_length_one_and_gradients_agree_with_differences([Values(0, 1, 7, 33)] int rows, [Values(1, 8, 9)] int width)
    {
        using var x = Any.AwayFromZero(device, new Shape(rows, width));
        using var tape = Tape.Infer(device);

        var y = tape.Input(x).UnitRows().ToArray();

        for (var i = 0; i < rows; i++) Assert.That(y.Skip(i * width).Take(width).Sum(v => (double)v * v), Is.EqualTo(1).Within(1e-6));
        Assert.That(GradCheck.Error(x, t => t.Input(x).UnitRows()), Is.LessThan(1e-3));
        Assert.That(AdjointCheck.Error(x, t => t.Input(x).UnitRows()), Is.LessThan(1e-3));
    }

    [Test]
    public void A_row_shorter_than_epsilon_is_divided_by_it()
    {
        using var x = Tensor.From(device, new Shape(2, 2), [0, 0, 0.03f, 0.04f]);
        using var tape = Tape.Infer(device);

        Assert.That(tape.Input(x).UnitRows(epsilon: 0.1f).ToArray(), Is.EqualTo(new[] { 0f, 0f, 0.3f, 0.4f }).Within(1e-6));
    }
}
