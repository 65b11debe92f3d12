using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class GroupedMatMulTests(Device device)
{
    // Empty groups at the start, in the middle and at the end; the last but one takes what is left.
    private static int[] Starts(int rows) => [0, 0, Math.Min(rows, 1), Math.Min(rows, 8), Math.Min(rows, 8), rows, rows];

    private static Shape Matrices(Transpose t, int groups, int k, int m) => t == Transpose.Right ? new Shape(groups, m, k) : new Shape(groups, k, m);

    [Test]
    public void Agrees_with_a_product_for_each_group([Values(Transpose.None, Transpose.Right)] Transpose t,
        [ValueSource(typeof(TestDevices), nameof(TestDevices.Sizes))] int n, [Values(0, 1, 7, 33)] int k, [Values(1, 9, 31)] int m)
    {
        var start = Starts(n);
        using var x = Any.Tensor(device, new Shape(n, k), seed: 1);
        using var b = Any.Tensor(device, Matrices(t, start.Length - 1, k, m), seed: 2);
        using var groups = Indices.From(device, start);
        using var tape = Tape.Infer(device);

        var y = tape.Input(x).GroupedMatMul(b, groups, t);

        Assert.That(OracleCheck.Error(y, Naive(x, b, start, m, t)), Is.LessThan(2e-6));
    }

    [Test]
    public void Agrees_at_a_useful_size([Values(Transpose.None, Transpose.Right)] Transpose t)
    {
        if (device.Name == "simulator") Assert.Ignore("too large for the simulator");
        const int n = 5000, k = 40, m = 70;
        int[] start = [0, 3000, 3001, 3001, 4500, n];
        using var x = Any.Parameter(device, new Shape(n, k), seed: 1);
        using var b = Any.Parameter(device, Matrices(t, start.Length - 1, k, m), seed: 2);
        using var u = Any.Tensor(device, new Shape(n, m), seed: 3);
        using var groups = Indices.From(device, start);
        using var tape = Tape.Train(device);

        var y = tape.Input(x).GroupedMatMul(b, groups, t);
        tape.Backward(new Dot(y, u).Apply());

        Assert.That(OracleCheck.Error(y, Naive(x, b, start, m, t)), Is.LessThan(2e-6));
        Assert.That(OracleCheck.Error(b.Grad, NaiveGrad(x, u, start, t)), Is.LessThan(1e-4));
    }

    [Test]
    public void Its_gradients_agree_with_differences([Values(Transpose.None, Transpose.Right)] Transpose t, [Values(1, 9, 33)] int n)
    {
        const int k = 5, m = 7;
        var start = Starts(n);
        using var x = Any.Parameter(device, new Shape(n, k), seed: 1);
        using var b = Any.Parameter(device, Matrices(t, start.Length - 1, k, m), seed: 2);
        using var groups = Indices.From(device, start);
        Var F(Tape tape) => tape.Input(x).GroupedMatMul(b, groups, t);

        foreach (var p in new[] { x, b })
        {
            Assert.That(GradCheck.Error(p, F), Is.LessThan(1e-3));
            Assert.That(AdjointCheck.LinearError(p, F), Is.LessThan(1e-5));
        }
    }

    [Test]
    public void The_bits_do_not_depend_on_threads_or_on_the_width_of_vectors()
    {
        var start = new[] { 0, 10, 3000, 3000, 5000 };
        var bits = new[] { (1, 0), (2, 0), (4, 0), (3, 256) }.Select(form =>
        {
            using var cpu = new CpuDevice(form.Item1, form.Item2);
            using var x = Any.Tensor(cpu, new Shape(5000, 37), seed: 1);
            using var b = Any.Tensor(cpu, new Shape(4, 37, 41), seed: 2);
            using var groups = Indices.From(cpu, start);
            using var y = new Tensor(cpu, new Shape(5000, 41));
            using var db = new Tensor(cpu, b.Shape);
            cpu.Run(new GroupedGemm(x, groups, b, y));
            cpu.Run(new GroupedGemmGrad(x, y, groups, db));
            return (float[])[.. y.ToArray(), .. db.ToArray()];
        }).ToArray();

        Assert.That(bits, Is.All.EqualTo(bits[0]));
    }

    [Test]
    public void Operands_that_do_not_fit_are_refused()
    {
        using var x = Any.Tensor(device, new Shape(4, 6));
        using var b = Any.Tensor(device, new Shape(2, 5, 3));
        using var groups = Indices.From(device, [0, 1, 4]);
        using var tape = Tape.Infer(device);

        Assert.That(() => tape.Input(x).GroupedMatMul(b, groups), Throws.TypeOf<ShapeException>().With.Message.Contains("x is [4, 6], b is [2, 5, 3], and there are 2 groups"));
    }

    private static double[] Naive(Tensor x, Tensor b, int[] start, int m, Transpose t)
    {
        float[] a = x.ToArray(), w = b.ToArray();
        int n = x.Shape[0], k = x.Shape[1];
        var y = new double[n * m];
        for (var g = 0; g < start.Length - 1; g++)
            for (var i = start[g]; i < start[g + 1]; i++)
                for (var j = 0; j < m; j++)
                    for (var p = 0; p < k; p++) y[i * m + j] += (double)a[i * k + p] * w[g * k * m + (t == Transpose.Right ? j * k + p : p * m + j)];
        return y;
    }

    private static double[] NaiveGrad(Tensor x, Tensor dy, int[] start, Transpose t)
    {
        float[] a = x.ToArray(), u = dy.ToArray();
        int k = x.Shape[1], m = dy.Shape[1];
        var db = new double[(start.Length - 1) * k * m];
        for (var g = 0; g < start.Length - 1; g++)
            for (var i = start[g]; i < start[g + 1]; i++)
                for (var p = 0; p < k; p++)
                    for (var j = 0; j < m; j++) db[g * k * m + (t == Transpose.Right ? j * k + p : p * m + j)] += (double)a[i * k + p] * u[i * m + j];
        return db;
    }
}
