using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class SoftmaxSumTests(Device device)
{
    [Test]
    public void Agrees_with_the_formula_in_double([Values(0, 1, 9)] int nodes, [Values(1, 8, 11)] int width, [Values] bool perChannel)
    {
        var pattern = Pattern.Any(device, nodes);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using var x = Any.Tensor(device, new Shape(nodes, width));
        using var t = Any.Tensor(device, new Shape(perChannel ? width : 1), seed: 4);
        float[] xs = x.ToArray(), ts = t.ToArray();
        using var tape = Tape.Infer(device);

        var y = new SoftmaxSum(tape.Input(x), t, @in, @out).Apply();

        double Expected(int i, int j)
        {
            double[] v = [.. pattern.Edges.Where(e => e.To == i).Select(e => (double)xs[e.From * width + j])];
            double[] p = [.. v.Select(value => Math.Exp(value * ts[perChannel ? j : 0]))];
            return v.Length == 0 ? 0 : v.Zip(p, (a, b) => a * b).Sum() / p.Sum();
        }
        Assert.That(OracleCheck.Error(y, [.. Enumerable.Range(0, nodes * width).Select(k => Expected(k / width, k % width))]), Is.LessThan(2e-6));
    }

    [Test]
    public void Its_gradients_agree_with_differences([Values(1, 9)] int nodes, [Values(1, 11)] int width, [Values] bool perChannel)
    {
        var pattern = Pattern.Any(device, nodes);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using var x = Any.Parameter(device, new Shape(nodes, width));
        using var t = Any.Parameter(device, new Shape(perChannel ? width : 1), seed: 4);
        Var Run(Tape tape) => new SoftmaxSum(tape.Input(x), tape.Input(t), @in, @out).Apply();

        foreach (var p in new[] { x, t })
        {
            Assert.That(GradCheck.Error(p, Run), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.Error(p, Run), Is.LessThan(1e-3));
        }
    }

    [Test]
    public void A_constant_softmax_passes_the_weights_alone()
    {
        using var groups = RowIndex.From(device, [0, 0], 1);
        using var x = new Parameter(device, new Shape(2, 1));
        x.Write([0f, MathF.Log(3f)]);
        using var t = new Parameter(device, new Shape(1));
        t.Write([1f]);
        using var tape = Tape.Train(device);

        tape.Backward(new SoftmaxSum(tape.Input(x), tape.Input(t), groups.Groups, groups.Elements, Constant: true).Apply());

        Assert.That(x.Grad.ToArray(), Is.EqualTo(new[] { 0.25f, 0.75f }).Within(1e-6));
        Assert.That(t.Grad.ToArray(), Is.EqualTo(new[] { 0f }));
    }

    [Test]
    public void Large_numbers_do_not_overflow()
    {
        using var groups = RowIndex.From(device, [0, 0, 1], 2);
        using var x = Tensor.From(device, new Shape(3, 1), [300f, 299f, -400f]);
        using var t = Tensor.From(device, new Shape(1), [1f]);
        using var tape = Tape.Infer(device);

        var y = new SoftmaxSum(tape.Input(x), t, groups.Groups, groups.Elements).Apply().ToArray();

        Assert.That(y, Is.EqualTo(new[] { 300f - 1f / (1f + MathF.E), -400f }).Within(1e-3));
    }
}
