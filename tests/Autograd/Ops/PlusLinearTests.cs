using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class PlusLinearTests(Device device)
{
    [Test]
    public void A_product_is_added_to_a_sum_over_edges([Values(1, 9, 33)] int n, [Values(1, 7, 40)] int k, [Values(1, 9, 33)] int m)
    {
        var pattern = Pattern.Any(device, n);
        using Csr @in = pattern.In(), @out = pattern.Out();
        using Tensor h = Any.Tensor(device, new Shape(n, m), seed: 1), x = Any.Tensor(device, new Shape(n, k), seed: 2), w = Any.Tensor(device, new Shape(m, k), seed: 3);
        using var tape = Tape.Infer(device);

        var y = new Aggregate(tape.Input(h), @in, @out).PlusLinear(tape.Input(x), w);

        float[] a = h.ToArray(), b = x.ToArray(), c = w.ToArray();
        var expected = new double[n * m];
        foreach (var (j, i) in pattern.Edges)
            for (var f = 0; f < m; f++) expected[i * m + f] += a[j * m + f];
        for (var i = 0; i < n; i++)
            for (var f = 0; f < m; f++)
                for (var p = 0; p < k; p++) expected[i * m + f] += (double)b[i * k + p] * c[f * k + p];
        Assert.That(OracleCheck.Error(y, expected), Is.LessThan(1e-5));
    }

    [Test]
    public void Its_gradients_agree_with_differences_where_both_read_the_same_x()
    {
        using Parameter x = Any.Parameter(device, new Shape(9, 7), seed: 1), w = Any.Parameter(device, new Shape(5, 7), seed: 2);
        using Parameter v = Any.Parameter(device, new Shape(5, 7), seed: 3), b = Any.Parameter(device, new Shape(5), seed: 4);
        Var Run(Tape tape)
        {
            var input = tape.Input(x);
            return new LinearOp<Identity>(input, w, b).PlusLinear(input, v);
        }

        foreach (var p in new[] { x, w, v, b }) Assert.That(GradCheck.Error(p, Run), Is.LessThan(1e-3));
        foreach (var p in new[] { x, w, v, b }) Assert.That(AdjointCheck.LinearError(p, Run), Is.LessThan(1e-5));
    }

    [Test]
    public void A_gradient_that_is_passed_on_as_it_stands_is_whole()
    {
        using Parameter a = Any.Parameter(device, new Shape(9, 5), seed: 1), c = Any.Parameter(device, new Shape(9, 5), seed: 2);
        using Parameter x = Any.Parameter(device, new Shape(9, 7), seed: 3), w = Any.Parameter(device, new Shape(5, 7), seed: 4);
        Var Run(Tape tape) => new ZipOp<Add>(tape.Input(a) * 2f, tape.Input(c)).PlusLinear(tape.Input(x), w).Sigmoid();

        foreach (var p in new[] { a, c, x, w }) Assert.That(GradCheck.Error(p, Run), Is.LessThan(1e-3));
    }

    [Test]
    public void An_operation_whose_result_backward_reads_runs_apart()
    {
        using Parameter x = Any.AwayFromZero(device, new Shape(9, 7), seed: 1), w = Any.Parameter(device, new Shape(5, 7), seed: 2), v = Any.Parameter(device, new Shape(5, 7), seed: 3);
        Var Run(Tape tape) => new LinearOp<Sigmoid>(tape.Input(x), w).PlusLinear(tape.Input(x), v);

        Assert.That(PlusLinear.Takes(new LinearOp<Sigmoid>(x, w)), Is.False);
        foreach (var p in new[] { x, w, v }) Assert.That(GradCheck.Error(p, Run), Is.LessThan(1e-3));
        using var on = Tape.Infer(device);
        Assert.That(() => new PlusLinear(new LinearOp<Sigmoid>(on.Input(x), w), x, v).Apply(), Throws.TypeOf<ShapeException>().With.Message.Contains("in backward"));
    }

    [Test]
    public void The_bits_depend_neither_on_threads_nor_on_the_width_of_vectors_nor_on_the_rows_beside([Values(30, 4200)] int k)
    {
        var bits = new[] { (1, 0, 70), (2, 0, 70), (3, 256, 70), (1, 0, 41) }.Select(form =>
        {
            var (threads, width, n) = form;
            using var cpu = new CpuDevice(threads, width);
            using Tensor x = Tensor.From(cpu, new Shape(n, k), Any.Values(70 * k).AsSpan(0, n * k)), w = Any.Tensor(cpu, new Shape(9, k), seed: 2), v = Any.Tensor(cpu, new Shape(9, k), seed: 4);
            using var tape = Tape.Infer(cpu);
            return new LinearOp<Identity>(tape.Input(x), w).PlusLinear(tape.Input(x), v).ToArray()[..(41 * 9)];
        }).ToArray();

        Assert.That(bits, Is.All.EqualTo(bits[0]));
    }

    [Test]
    public void Weights_that_are_computed_learn_too()
    {
        using Parameter x = Any.Parameter(device, new Shape(9, 7), seed: 1), w = Any.Parameter(device, new Shape(5, 7), seed: 2);
        Var Run(Tape tape)
        {
            using Var both = tape.Input(w) * 2f, h = tape.Input(x).Tanh();
            return new LinearOp<Identity>(h, both).PlusLinear(h, both);
        }

        foreach (var p in new[] { x, w }) Assert.That(GradCheck.Error(p, Run), Is.LessThan(1e-3));
    }

    [Test]
    public void Shapes_that_differ_are_refused()
    {
        using Tensor x = Any.Tensor(device, new Shape(9, 7)), w = Any.Tensor(device, new Shape(5, 7)), v = Any.Tensor(device, new Shape(6, 7));
        using var tape = Tape.Infer(device);

        Assert.That(() => new LinearOp<Identity>(tape.Input(x), w).PlusLinear(tape.Input(x), v), Throws.TypeOf<ShapeException>().With.Message.Contains("[9, 5]").And.Message.Contains("[9, 6]"));
    }
}
