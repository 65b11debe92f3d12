using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;
using Sum = GraphTune.Autograd.Ops.Sum;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.All))]
public sealed class SumTests(Device device)
{
    public static IEnumerable<TestCaseData> Cases =>
        from over in Enum.GetValues<Over>()
        from n in TestDevices.Sizes
        from m in new[] { 0, 1, 9 }
        select new TestCaseData(over, new Shape(n, m));

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_sum_in_double(Over over, Shape shape)
    {
        using var tape = Tape.Infer(device);
        using var x = Any.Tensor(device, shape);

        var y = new Sum(tape.Input(x), over, Scale: 0.5f).Apply();

        Assert.That(OracleCheck.Error(y, Naive(x, over)), Is.LessThan(2e-6));
    }

    [TestCaseSource(nameof(Cases))]
    public void Its_gradient_agrees_with_differences(Over over, Shape shape)
    {
        using var x = Any.Parameter(device, shape);

        Assert.That(AdjointCheck.LinearError(x, tape => new Sum(tape.Input(x), over, 0.5f).Apply()), Is.LessThan(1e-5));
        Assert.That(GradCheck.Error(x, tape => new Sum(tape.Input(x), over, 0.5f).Apply() + new Sum(tape.Input(x), over).Apply()), Is.LessThan(1e-3));
    }

    [Test]
    public void Many_rows_and_one_giant_row_keep_their_precision([Values] Over over, [Values(3, 20_000)] int n)
    {
        if (device.Name == "simulator") return;
        using var tape = Tape.Infer(device);
        using var x = Tensor.From(device, new Shape(n, 60_000 / n), [.. Any.Values(60_000).Select(v => v + 1f)]);   // all positive: nothing cancels

        Assert.That(OracleCheck.Error(new Sum(tape.Input(x), over).Apply(), [.. Naive(x, over).Select(v => 2 * v)]), Is.LessThan(1e-6));
    }

    [Test]
    public void A_last_block_may_be_shorter([Values] bool accumulate)
    {
        using var x = Tensor.From(device, new Shape(5, 2), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        using var rows = Tensor.From(device, new Shape(3, 2), [1, 1, 1, 1, 1, 1]);
        using var runs = Tensor.From(device, new Shape(4), [1, 1, 1, 1]);
        var kept = accumulate ? 1f : 0f;

        device.Run(new BlockSum(x, rows, Width: 2, Size: 2, accumulate, Scale: 2f));
        device.Run(new RowSum(x, runs, Width: 3, accumulate));

        Assert.That(rows.ToArray(), Is.EqualTo(new[] { kept + 8, kept + 12, kept + 24, kept + 28, kept + 18, kept + 20 }));
        Assert.That(runs.ToArray(), Is.EqualTo(new[] { kept + 6, kept + 15, kept + 24, kept + 10 }));
    }

    [Test]
    public void Means_divide_by_what_they_ran_over()
    {
        using var tape = Tape.Infer(device);
        using var x = Tensor.From(device, new Shape(2, 3), [1, 2, 3, 4, 5, 6]);
        var v = tape.Input(x);

        Assert.That(v.Sum().ToArray(), Is.EqualTo(new[] { 21f }));
        Assert.That(v.Mean().ToArray(), Is.EqualTo(new[] { 3.5f }));
        Assert.That(v.ColumnSum().ToArray(), Is.EqualTo(new[] { 5f, 7f, 9f }));
        Assert.That(v.ColumnMean().ToArray(), Is.EqualTo(new[] { 2.5f, 3.5f, 4.5f }));
        Assert.That(v.RowSum().ToArray(), Is.EqualTo(new[] { 6f, 15f }));
        Assert.That(v.RowMean().ToArray(), Is.EqualTo(new[] { 2f, 5f }).Within(1e-6));
    }

    [Test]
    public void NaN_reaches_the_sums_it_is_part_of_and_no_other()
    {
        using var tape = Tape.Infer(device);
        using var x = Tensor.From(device, new Shape(2, 2), [1, float.NaN, 1, 1]);
        var v = tape.Input(x);

        Assert.That(v.ColumnSum().ToArray(), Is.EqualTo(new[] { 2f, float.NaN }));
        Assert.That(v.RowSum().ToArray(), Is.EqualTo(new[] { float.NaN, 2f }));
        Assert.That(v.Sum().Item(), Is.NaN);
    }

    [Test]
    public void The_bits_do_not_depend_on_the_number_of_threads([Values] Over over)
    {
        var bits = new[] { 1, 2, 4 }.Select(threads =>
        {
            using var cpu = new CpuDevice(threads);
            using var tape = Tape.Infer(cpu);
            using var x = Any.Tensor(cpu, new Shape(5000, 37));
            return new Sum(tape.Input(x), over).Apply().ToArray();
        }).ToArray();

        Assert.That(bits, Is.All.EqualTo(bits[0]));
    }

    private static double[] Naive(Tensor x, Over over)
    {
        var (n, m, v) = (x.Shape[0], x.Shape[1], x.ToArray());
        double At(int i, int j) => v[i * m + j];
        return over switch
        {
            Over.All => [0.5 * v.Sum(t => (double)t)],
            Over.Rows => [.. Enumerable.Range(0, m).Select(j => 0.5 * Enumerable.Range(0, n).Sum(i => At(i, j)))],
            _ => [.. Enumerable.Range(0, n).Select(i => 0.5 * Enumerable.Range(0, m).Sum(j => At(i, j)))],
        };
    }
}
