using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class OuterSumTests(Device device)
{
    [Test]
    public void Agrees_with_the_formula_in_double([Values(0, 1, 9)] int nodes, [Values(1, 3)] int a, [Values(1, 8, 11)] int b)
    {
        var pattern = Pattern.Any(device, nodes);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using Tensor h = Any.Tensor(device, new Shape(nodes, a), 1), x = Any.Tensor(device, new Shape(nodes, b), 2);
        using var tape = Tape.Infer(device);
        float[] hs = h.ToArray(), xs = x.ToArray();
        var expected = new double[nodes * a * b];
        foreach (var (from, to) in pattern.Edges)
            for (var k = 0; k < a * b; k++) expected[to * a * b + k] += (double)hs[from * a + k / b] * xs[from * b + k % b];

        Assert.That(OracleCheck.Error(new OuterSum(tape.Input(h), tape.Input(x), @in, @out).Apply(), expected), Is.LessThan(1e-5));
    }

    [Test]
    public void Its_gradients_agree_with_differences([Values(1, 9)] int nodes, [Values(3)] int a, [Values(8, 11)] int b)
    {
        var pattern = Pattern.Any(device, nodes);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using Parameter h = Any.Parameter(device, new Shape(nodes, a), 1), x = Any.Parameter(device, new Shape(nodes, b), 2);
        Var F(Tape tape) => new OuterSum(tape.Input(h), tape.Input(x), @in, @out).Apply();

        foreach (var p in new[] { h, x })
        {
            Assert.That(GradCheck.Error(p, F), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.LinearError(p, F), Is.LessThan(1e-5));
        }
    }
}
