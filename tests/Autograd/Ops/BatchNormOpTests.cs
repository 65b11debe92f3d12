using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class BatchNormOpTests(Device device)
{
    public static IEnumerable<TestCaseData> Shapes =>
        from n in TestDevices.Sizes from f in new[] { 0, 1, 9 } select new TestCaseData(new Shape(n, f));

    [TestCaseSource(nameof(Shapes))]
    public void Agrees_with_the_formula_in_double(Shape shape)
    {
        Agrees_with_the_formula_in_double(shape, plain: false);
        Agrees_with_the_formula_in_double(shape, plain: true);
    }

    private void Agrees_with_the_formula_in_double(Shape shape, bool plain)
    {
        var f = shape[1];
        using var x = Any.Tensor(device, shape, seed: 1);
        using var gamma = Any.Tensor(device, new Shape(f), seed: 2);
        using var beta = Any.Tensor(device, new Shape(f), seed: 3);
        using var tape = Tape.Infer(device);
        float[] v = x.ToArray(), g = gamma.ToArray(), b = beta.ToArray();

        var y = tape.Input(x).BatchNorm(gamma, beta, null, measures: true, plain: plain);

        var expected = v.Select((t, i) => (t - Mean(v, i % f, f)) / Math.Sqrt(Variance(v, i % f, f) + 1e-5f) * g[i % f] + b[i % f]);
        Assert.That(OracleCheck.Error(y, [.. expected]), Is.LessThan(1e-5));
    }

    [TestCaseSource(nameof(Shapes))]
    public void Its_gradients_agree_with_differences(Shape shape)
    {
        using var x = Any.Parameter(device, shape, seed: 1);
        using var gamma = Any.Parameter(device, new Shape(shape[1]), seed: 2);
        using var beta = Any.Parameter(device, new Shape(shape[1]), seed: 3);
        using var statistics = new Kept(device, shape[1]);

        foreach (var (measures, plain) in new[] { (true, false), (false, false), (true, true), (false, true) })
            foreach (var p in new[] { x, gamma, beta })
            {
                Var F(Tape tape) => tape.Input(x).BatchNorm(gamma, beta, measures ? null : statistics.Running, measures, epsilon: 0.1f, plain);
                Assert.That(GradCheck.Error(p, F), Is.LessThan(1e-3));
                Assert.That(AdjointCheck.Error(p, F), Is.LessThan(1e-3));
            }
    }

    [Test]
    public void Plain_sums_run_straight_down_each_column([Values(1, 8, 37, 300)] int columns)
    {
        if (device.Name == "simulator" && columns > 8) Assert.Ignore("too large for the simulator");
        using var x = Any.Tensor(device, new Shape(50, columns));
        using var mean = new Tensor(device, new Shape(columns));
        using var variance = new Tensor(device, new Shape(columns));
        var v = x.ToArray();

        device.Run(new ColumnChains(x, mean, variance));

        var chains = Enumerable.Range(0, columns).Select(j => Enumerable.Range(0, 50).Aggregate(0f, (sum, i) => sum + v[i * columns + j]) / 50);
        Assert.That(mean.ToArray(), Is.EqualTo(chains));
        Assert.That(OracleCheck.Error(variance, [.. Enumerable.Range(0, columns).Select(j => Variance(v, j, columns))]), Is.LessThan(1e-5));
    }

    [Test]
    public void Running_statistics_move_towards_the_batch([Values(0.25f, 0f)] float momentum)
    {
        using var x = Tensor.From(device, new Shape(2, 1), [1, 5]);   // mean 3, unbiased variance 8
        using var statistics = new Kept(device, 1, momentum);
        using var tape = Tape.Infer(device);

        tape.Input(x).BatchNorm(null, null, statistics.Running, measures: true);
        tape.Input(x).BatchNorm(null, null, statistics.Running, measures: true);

        Assert.That(statistics.Running.Batches!.Item(), Is.EqualTo(2f));
        Assert.That(statistics.Running.Mean.Item(), Is.EqualTo(momentum == 0f ? 3f : 3f * 7 / 16).Within(1e-6));
        Assert.That(statistics.Running.Variance.Item(), Is.EqualTo(momentum == 0f ? 8f : 9f / 16 + 8f * 7 / 16).Within(1e-6));
    }

    [Test]
    public void Moments_of_many_rows_far_from_zero_keep_their_precision()
    {
        if (device.Name == "simulator") return;
        const int n = 10_000, f = 9;
        using var x = Tensor.From(device, new Shape(n, f), [.. Any.Values(n * f).Select(v => 1000f + v)]);
        using var mean = new Tensor(device, new Shape(f));
        using var variance = new Tensor(device, new Shape(f));
        var values = x.ToArray();

        device.Run(new ColumnMoments(x, mean, variance));

        Assert.That(OracleCheck.Error(mean, [.. Enumerable.Range(0, f).Select(j => Mean(values, j, f))]), Is.LessThan(1e-6));
        Assert.That(OracleCheck.Error(variance, [.. Enumerable.Range(0, f).Select(j => Variance(values, j, f))]), Is.LessThan(1e-5));
    }

    [Test]
    public void Blocks_of_rows_are_merged_whatever_their_number([Values(255, 256, 257, 700)] int n)
    {
        if (device.Name == "simulator") return;
        using var x = Any.Parameter(device, new Shape(n, 3), seed: 1);
        using var gamma = Any.Parameter(device, new Shape(3), seed: 2);
        Var F(Tape tape) => tape.Input(x).BatchNorm(gamma, null, null, measures: true);

        Assert.That(GradCheck.Error(x, F), Is.LessThan(1e-3));
        Assert.That(GradCheck.Error(gamma, F), Is.LessThan(1e-3));
    }

    [Test]
    public void A_last_block_may_be_shorter()
    {
        using var x = Tensor.From(device, new Shape(5, 1), [1, 3, 5, 9, 12]);
        using var means = new Tensor(device, new Shape(3, 1));
        using var squares = new Tensor(device, new Shape(3, 1));
        using var mean = new Tensor(device, new Shape(1));
        using var variance = new Tensor(device, new Shape(1));

        device.Run(new BlockMoments(x, means, squares, Width: 1, Size: 2));
        device.Run(new MergeMoments(means, squares, Height: 5, Size: 2, mean, variance));

        Assert.That(means.ToArray(), Is.EqualTo(new[] { 2f, 7f, 12f }));
        Assert.That(squares.ToArray(), Is.EqualTo(new[] { 2f, 8f, 0f }));
        Assert.That((mean.Item(), variance.Item()), Is.EqualTo((6f, 16f)));
    }

    [Test]
    public void Sums_for_a_norms_parameters_are_taken_block_by_block([Values] bool perRow)
    {
        using var x = Tensor.From(device, new Shape(3, 2), [1, 2, 3, 4, 5, 6]);
        using var mean = Tensor.From(device, new Shape(perRow ? 3 : 2), perRow ? [1, 2, 3] : [1, 2]);
        using var scale = Tensor.From(device, new Shape(perRow ? 3 : 2), perRow ? [1, 2, 3] : [1, 2]);
        using var dy = Tensor.From(device, new Shape(3, 2), [1, 1, 2, 2, 3, 3]);
        using var sums = new Tensor(device, new Shape(2, 2));
        using var dots = new Tensor(device, new Shape(2, 2));

        device.Run(new NormBlockSums(x, mean, scale, dy, sums, dots, Width: 2, Size: 2, perRow));

        Assert.That(sums.ToArray(), Is.EqualTo(new[] { 3f, 3f, 3f, 3f }));
        Assert.That(dots.ToArray(), Is.EqualTo(perRow ? new[] { 4f, 9f, 18f, 27f } : new[] { 4f, 8f, 12f, 24f }));
    }

    [Test]
    public void The_bits_do_not_depend_on_the_number_of_threads()
    {
        var bits = new[] { 1, 2, 4 }.Select(threads =>
        {
            using var cpu = new CpuDevice(threads);
            using var x = Any.Parameter(cpu, new Shape(3000, 17), seed: 1);
            using var gamma = Any.Parameter(cpu, new Shape(17), seed: 2);
            using var u = Any.Tensor(cpu, new Shape(3000, 17), seed: 3);
            using var tape = Tape.Train(cpu);
            var y = tape.Input(x).BatchNorm(gamma, null, null, measures: true).LayerNorm(gamma);
            tape.Backward(new Dot(y, u).Apply());
            return (float[])[.. y.ToArray(), .. x.Grad.ToArray(), .. gamma.Grad.ToArray()];
        }).ToArray();

        Assert.That(bits, Is.All.EqualTo(bits[0]));
    }

    private static double Mean(float[] v, int j, int f) => v.Where((_, i) => i % f == j).Average(t => (double)t);

    private static double Variance(float[] v, int j, int f)
    {
        var mean = Mean(v, j, f);
        return v.Where((_, i) => i % f == j).Average(t => (t - mean) * (t - mean));
    }

    private sealed class Kept(Device device, int f, float momentum = 0.1f) : IDisposable
    {
        public RunningStatistics Running { get; } = new(
            Tensor.From(device, new Shape(f), new float[f]),
            Tensor.From(device, new Shape(f), [.. Enumerable.Repeat(1f, f)]),
            Tensor.From(device, new Shape(1), [0f]), momentum);

        public void Dispose()
        {
            Running.Mean.Dispose();
            Running.Variance.Dispose();
            Running.Batches!.Dispose();
        }
    }
}
