using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Kernels;
using NUnit.Framework;

namespace GraphTune.Tests;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.AllWidths))]
public sealed class SpMMTests(Device device)
{
    // An empty row, a row of all columns, a duplicate entry, and edge ids that run backwards.
    private static HostCsr Pattern(int columns)
    {
        int[] hub = [.. Enumerable.Range(0, columns)], two = columns == 0 ? [] : [columns - 1, columns - 1];
        return new([0, 0, hub.Length, hub.Length + two.Length], [.. hub, .. two], columns, [.. Enumerable.Range(0, hub.Length + two.Length).Reverse()]);
    }

    private static double[] Oracle(HostCsr a, float[] x, int width, float[]? weight, int heads, float[]? s, float[]? t, float[]? y)
    {
        var sum = new double[a.Rows * width];
        for (var row = 0; row < a.Rows; row++)
            for (var j = 0; j < width; j++)
            {
                for (var p = a.RowStart[row]; p < a.RowStart[row + 1]; p++)
                    sum[row * width + j] += (double)(weight?[(a.Edge?[p] ?? p) * heads + j / (width / heads)] ?? 1f) * (t?[a.Column[p]] ?? 1f) * x[a.Column[p] * width + j];
                sum[row * width + j] = sum[row * width + j] * (s?[row] ?? 1f) + (y?[row * width + j] ?? 0f);
            }
        return sum;
    }

    [Test]
    public void Agrees_with_the_formula_in_double([Values(0, 1, 9)] int columns, [Values(1, 7, 8, 9, 33, 77, 104, 120, 517, 4109)] int width, [Values] bool weighted, [Values] bool scaled, [Values] bool accumulate)
    {
        var host = Pattern(columns);
        using var a = host.To(device);
        using var x = Any.Tensor(device, new Shape(columns, width));
        using var y = Any.Tensor(device, new Shape(3, width), seed: 4);
        using var w = weighted ? Any.Tensor(device, new Shape(host.Entries), seed: 5) : null;
        using var s = scaled ? Any.Tensor(device, new Shape(3), seed: 6) : null;
        using var t = scaled ? Any.Tensor(device, new Shape(columns), seed: 7) : null;
        var expected = Oracle(host, x.ToArray(), width, w?.ToArray(), 1, s?.ToArray(), t?.ToArray(), accumulate ? y.ToArray() : null);
        if (!accumulate) device.Run(new Fill(y, float.NaN));

        device.Run(new SpMM(a, x, y, w, s, t, accumulate));

        Assert.That(OracleCheck.Error(y, expected), Is.LessThan(2e-6));
    }

    [Test]
    public void A_bias_and_a_loop_at_each_row_come_along([Values(1, 8, 33, 104, 120, 517, 4109)] int width, [Values] bool loops, [Values] bool biased, [Values] bool scaled, [Values] bool accumulate)
    {
        var host = new HostCsr([0, 0, 3, 5], [0, 1, 2, 2, 2], 3);
        using var a = host.To(device);
        using var x = Any.Tensor(device, new Shape(3, width));
        using var y = Any.Tensor(device, new Shape(3, width), seed: 4);
        using var b = biased ? Any.Tensor(device, new Shape(width), seed: 5) : null;
        using var s = scaled ? Any.Tensor(device, new Shape(3), seed: 6) : null;
        using var t = scaled ? Any.Tensor(device, new Shape(3), seed: 7) : null;
        var looped = loops ? new HostCsr([0, 1, 5, 8], [0, 0, 1, 1, 2, 2, 2, 2], 3) : host;
        var expected = Oracle(looped, x.ToArray(), width, null, 1, s?.ToArray(), t?.ToArray(), accumulate ? y.ToArray() : null);
        if (b?.ToArray() is { } bias)
            for (var i = 0; i < expected.Length; i++) expected[i] += bias[i % width];
        if (!accumulate) device.Run(new Fill(y, float.NaN));

        device.Run(new SpMM(a, x, y, null, s, t, accumulate, b, loops));

        Assert.That(OracleCheck.Error(y, expected), Is.LessThan(2e-6));
    }

    [Test]
    public void A_wide_row_has_the_bits_of_its_narrow_parts([Values(105, 209, 523)] int width, [Values] bool weighted)
    {
        const int Rows = 18;   // of 0 to 17 entries
        int[] start = [.. Enumerable.Range(0, Rows + 1).Select(r => r * (r - 1) / 2)];
        using var a = new HostCsr(start, [.. Enumerable.Range(0, Rows).SelectMany(r => Enumerable.Range(0, r))], Rows).To(device);
        using var x = Any.Tensor(device, new Shape(Rows, width));
        using var w = weighted ? Any.Tensor(device, new Shape(start[^1]), seed: 5) : null;
        using var y = new Tensor(device, new Shape(Rows, width));
        device.Run(new SpMM(a, x, y, w));
        float[] wide = y.ToArray(), from = x.ToArray();

        for (var j = 0; j < width; j += 100)
        {
            var part = Math.Min(100, width - j);
            using var narrow = Tensor.From(device, new Shape(Rows, part), [.. Enumerable.Range(0, Rows).SelectMany(r => from.Skip(r * width + j).Take(part))]);
            using var sum = new Tensor(device, narrow.Shape);
            device.Run(new SpMM(a, narrow, sum, w));
            Assert.That(sum.ToArray(), Is.EqualTo(Enumerable.Range(0, Rows).SelectMany(r => wide.Skip(r * width + j).Take(part))));
        }
    }

    // So many rows of x that no panel of it stays in a cache: eight rows go together, or rows side by side.
    [Test]
    public void Many_wide_rows_agree_with_the_formula([Values(120, 300, 517)] int width, [Values] bool weighted, [Values] bool loops)
    {
        if (device is not CpuDevice) return;
        const int Columns = 41_000, Rows = 21;   // of 0 to 20 entries
        int[] start = [.. Enumerable.Range(0, Columns + 1).Select(r => Math.Min(r, Rows) * (Math.Min(r, Rows) - 1) / 2)];
        var host = new HostCsr(start, [.. Enumerable.Range(0, Rows).SelectMany(r => Enumerable.Range(0, r).Select(k => (1 + k) * 1999))], Columns);
        using var a = host.To(device);
        using var x = Any.Tensor(device, new Shape(Columns, width));
        using var w = weighted ? Any.Tensor(device, new Shape(host.Entries), seed: 5) : null;
        using Tensor s = Any.Tensor(device, new Shape(Columns), seed: 6), b = Any.Tensor(device, new Shape(width), seed: 7), y = new(device, new Shape(Columns, width));
        float[] from = x.ToArray(), factors = s.ToArray(), bias = b.ToArray(), weights = w?.ToArray() ?? [];

        device.Run(new SpMM(a, x, y, w, s, null, Accumulate: false, b, Loops: loops && !weighted));

        var result = y.ToArray();
        for (var row = 0; row < Rows + 9; row++)
            for (var j = 0; j < width; j++)
            {
                double sum = loops && !weighted ? from[row * width + j] : 0;
                for (var p = start[row]; p < start[row + 1]; p++) sum += (weighted ? (double)weights[p] : 1) * from[host.Column[p] * width + j];
                Assert.That(result[row * width + j], Is.EqualTo(sum * factors[row] + bias[j]).Within(2e-5), $"{row}, {j}");
            }
    }

    [Test]
    public void Each_head_has_its_own_weight([Values(2, 3, 5)] int heads, [Values(1, 7, 8, 16, 40)] int features, [Values] bool scaled)
    {
        var host = Pattern(9);
        using var a = host.To(device);
        using var x = Any.Tensor(device, new Shape(9, heads, features));
        using var y = new Tensor(device, new Shape(3, heads, features));
        using var w = Any.Tensor(device, new Shape(host.Entries, heads), seed: 5);
        using var t = scaled ? Any.Tensor(device, new Shape(9), seed: 7) : null;

        device.Run(new SpMM(a, x, y, w, null, t));

        Assert.That(OracleCheck.Error(y, Oracle(host, x.ToArray(), heads * features, w.ToArray(), heads, null, t?.ToArray(), null)), Is.LessThan(2e-6));
    }

    [Test]
    public void NaN_and_infinity_reach_the_rows_that_gather_them_and_no_other([Values(3, 8, 40)] int width)
    {
        using var a = new HostCsr([0, 1, 2, 3], [0, 1, 2], 3).To(device);
        using var x = Tensor.From(device, new Shape(3, width), [.. Enumerable.Range(0, 3 * width).Select(i => i < width ? float.NaN : i < 2 * width ? float.PositiveInfinity : 1f)]);
        using var y = new Tensor(device, new Shape(3, width));

        device.Run(new SpMM(a, x, y));

        Assert.That(y.ToArray(), Is.EqualTo(x.ToArray()));
    }

    [Test]
    public void A_weight_gradient_is_the_dot_product_of_the_two_ends([Values(0, 1, 9)] int columns, [Values(1, 3)] int heads, [Values(1, 8, 21)] int features, [Values] bool accumulate)
    {
        var host = Pattern(columns);
        using var a = host.To(device);
        using var l = Any.Tensor(device, new Shape(3, heads, features));
        using var x = Any.Tensor(device, new Shape(columns, heads, features), seed: 4);
        using var s = Any.Tensor(device, new Shape(3), seed: 6);
        using var t = Any.Tensor(device, new Shape(columns), seed: 7);
        using var y = Any.Tensor(device, new Shape(host.Entries, heads), seed: 5);
        float[] lv = l.ToArray(), xv = x.ToArray(), sv = s.ToArray(), tv = t.ToArray();
        var expected = Array.ConvertAll(y.ToArray(), v => accumulate ? (double)v : 0);
        for (var row = 0; row < 3; row++)
            for (var p = host.RowStart[row]; p < host.RowStart[row + 1]; p++)
                for (var i = 0; i < heads * features; i++)
                    expected[host.Edge![p] * heads + i / features] += (double)sv[row] * tv[host.Column[p]] * lv[row * heads * features + i] * xv[host.Column[p] * heads * features + i];
        if (!accumulate) device.Run(new Fill(y, float.NaN));

        device.Run(new Sddmm(a, l, x, y, s, t, accumulate));

        Assert.That(OracleCheck.Error(y, expected), Is.LessThan(2e-6));
    }
}

public sealed class SpMMThreadTests
{
    [Test]
    public void A_giant_row_is_shared_and_bits_do_not_depend_on_threads([Values(1, 21, 104)] int width)
    {
        var rng = new Rng(9);
        int hub = 3 * SplitRows.Longest + 77, rows = 3000;
        int[] row = [.. Enumerable.Repeat(1, hub), .. Enumerable.Range(0, 40_000).Select(_ => rng.Next(rows))];
        var host = HostCsr.From(rows, 5000, row, [.. row.Select(_ => rng.Next(5000))]);
        var (x, w, s) = (Any.Values(5000 * width), Any.Values(host.Entries), Any.Values(rows));

        var results = new[] { 1, 2, 4 }.Select(threads =>
        {
            using var cpu = new CpuDevice(threads);
            using var a = host.To(cpu);
            using var y = Tensor.From(cpu, new Shape(rows, width), [.. Enumerable.Repeat(0.5f, rows * width)]);
            cpu.Run(new SpMM(a, Tensor.From(cpu, new Shape(5000, width), x), y, Tensor.From(cpu, new Shape(w.Length), w), Tensor.From(cpu, new Shape(rows), s), Accumulate: true));
            return y.ToArray();
        }).ToArray();

        var expected = Enumerable.Range(host.RowStart[1], host.RowStart[2] - host.RowStart[1]).Sum(p => (double)w[host.Edge![p]] * x[host.Column[p] * width]) * s[1] + 0.5;
        Assert.That(results[0][width], Is.EqualTo(expected).Within(1e-3));
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[2], Is.EqualTo(results[0]));
    }
}
