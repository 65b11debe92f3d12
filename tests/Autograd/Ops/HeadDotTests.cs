using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class HeadDotTests(Device device)
{
    [Test]
    public void Agrees_with_the_formula_in_double([Values(0, 1, 9)] int nodes, [Values(1, 3)] int heads, [Values(1, 8, 11, 20)] int features)
    {
        using Tensor x = Any.Tensor(device, new Shape(nodes, heads * features), 1), w = Any.Tensor(device, new Shape(1, heads, features), 2);
        using var tape = Tape.Infer(device);
        float[] xs = x.ToArray(), ws = w.ToArray();
        var expected = new double[nodes * heads];
        for (var i = 0; i < xs.Length; i++) expected[i / features] += (double)xs[i] * ws[i % ws.Length];

        Assert.That(OracleCheck.Error(tape.Input(x).HeadDot(w), expected), Is.LessThan(1e-5));
    }

    [Test]
    public void Its_gradients_agree_with_differences([Values(1, 9)] int nodes, [Values(1, 3)] int heads, [Values(1, 8, 11, 20)] int features)
    {
        using Parameter x = Any.Parameter(device, new Shape(nodes, heads * features), 1), w = Any.Parameter(device, new Shape(1, heads, features), 2);
        Var F(Tape tape) => new HeadDotOp(tape.Input(x), w).Apply();

        foreach (var p in new[] { x, w })
        {
            Assert.That(GradCheck.Error(p, F), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.LinearError(p, F), Is.LessThan(1e-5));
        }
    }

    [Test]
    public void The_gradient_of_a_vector_sums_over_blocks_of_rows([Values(1, 8, 19)] int features)
    {
        const int Nodes = 259, Heads = 2;
        using Tensor x = Any.Tensor(device, new Shape(Nodes, Heads * features), 1), by = Any.Tensor(device, new Shape(Nodes, Heads), 3);
        using var w = Any.Parameter(device, new Shape(1, Heads, features), 2);
        using var tape = Tape.Train(device);
        tape.Backward((tape.Input(x).HeadDot(w) * by).Sum());
        float[] xs = x.ToArray(), bys = by.ToArray();
        var expected = new double[Heads * features];
        for (var i = 0; i < xs.Length; i++) expected[i % expected.Length] += (double)bys[i / features] * xs[i];

        Assert.That(OracleCheck.Error(w.Grad, expected), Is.LessThan(1e-5));
    }

    [Test]
    public void Without_rows_or_features_there_is_nothing_to_sum([Values(0, 3)] int nodes, [Values(0, 4)] int features)
    {
        if (nodes * features > 0) return;
        using Parameter x = Any.Parameter(device, new Shape(nodes, 2 * features), 1), w = Any.Parameter(device, new Shape(1, 2, features), 2);
        using var tape = Tape.Train(device);
        var s = tape.Input(x).HeadDot(w);
        tape.Backward(s.Sum());

        Assert.That(s.ToArray(), Has.Length.EqualTo(2 * nodes).And.All.Zero);
        Assert.That(w.Grad.ToArray(), Has.All.Zero);
    }

    [Test]
    public void Bits_do_not_depend_on_the_number_of_threads()
    {
        static float[][] Run(int threads)
        {
            using var cpu = new CpuDevice(threads);
            using Parameter x = Any.Parameter(cpu, new Shape(9_000, 3 * 20), 1), w = Any.Parameter(cpu, new Shape(1, 3, 20), 2);
            using var tape = Tape.Train(cpu);
            var s = tape.Input(x).HeadDot(w);
            tape.Backward((s * s).Sum());
            return [s.ToArray(), x.Grad.ToArray(), w.Grad.ToArray()];
        }

        Assert.That(Run(3), Is.EqualTo(Run(1)));
    }

    [Test]
    public void A_row_may_add_to_a_gradient_that_is_there()
    {
        using Parameter x = Any.Parameter(device, new Shape(5, 12), 1), w = Any.Parameter(device, new Shape(1, 3, 4), 2);
        Var F(Tape tape)
        {
            var on = tape.Input(x);
            return on.HeadDot(w) + on.HeadDot(w);
        }

        Assert.That(AdjointCheck.LinearError(x, F), Is.LessThan(1e-5));
        Assert.That(AdjointCheck.LinearError(w, F), Is.LessThan(1e-5));
    }

    [Test]
    public void Operands_that_do_not_fit_are_refused()
    {
        using Tensor x = Any.Tensor(device, new Shape(5, 12), 1), w = Any.Tensor(device, new Shape(1, 3, 5), 2);
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Input(x).HeadDot(w), Throws.TypeOf<ShapeException>().With.Message.Contains("x[n,h·f] w[1,h,f] -> s[n,h]"));
    }
}
