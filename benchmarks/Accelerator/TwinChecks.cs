using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Benchmarks;

/// <summary>Takes storage with the next random values in [−1, 1): every device that runs a check gets the same.</summary>
internal delegate Tensor Draw(int rows, int width = 1);

/// <summary>The GPU twins against the CPU twins at sizes where loops go wrong, on a graph with a hub, empty rows and repeated edges. Needs no test framework, so it runs wherever the program does.</summary>
internal static class TwinChecks
{
    private const int Nodes = 2000, Hub = 100_000;
    private static readonly int[] Widths = [1, 7, 8, 33, 64];
    private static readonly Lazy<HostCsr> In = new(Graph), Out = new(() => In.Value.Transposed());

    /// <summary>Every check: its name, and what it computes on a device.</summary>
    public static IEnumerable<(string Name, Func<Device, Draw, Tensor[]> Run)> All =>
        [.. Widths.SelectMany(w => Dense(w).Concat(Sparse(w)).Select(c => ($"{c.Name}, width {w}", c.Run))), .. Products()];

    /// <summary>The largest difference between a device and the host, against the largest number of the row.</summary>
    public static double Error(Device device, CpuDevice host, Func<Device, Draw, Tensor[]> run)
    {
        var (expected, actual) = (Run(host, run), Run(device, run));
        return expected.Zip(actual, Error).Max();
    }

    private static double Error((float[] Values, int Width) expected, (float[] Values, int Width) actual)
    {
        var worst = 0.0;
        for (var row = 0; row < expected.Values.Length; row += expected.Width)
        {
            var size = 1f;
            for (var k = row; k < row + expected.Width; k++) size = Math.Max(size, Math.Abs(expected.Values[k]));
            for (var k = row; k < row + expected.Width; k++) worst = Math.Max(worst, float.IsFinite(actual.Values[k]) ? Math.Abs(expected.Values[k] - actual.Values[k]) / size : double.PositiveInfinity);
        }
        return worst;
    }

    private static (float[] Values, int Width)[] Run(Device on, Func<Device, Draw, Tensor[]> run)
    {
        var random = new Rng(seed: 1);
        List<Tensor> made = [];
        var outputs = run(on, (rows, width) =>
        {
            var values = new float[rows * width];
            for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle() * 2f - 1f;
            made.Add(Tensor.From(on, new Shape(rows, width), values));
            return made[^1];
        });
        (float[], int)[] results = [.. outputs.Select(t => (t.ToArray(), t.Shape.RowLength))];
        foreach (var t in made) t.Dispose();
        return results;
    }

    private static HostCsr Graph()
    {
        var random = new Rng(seed: 5);
        List<(int Row, int Column)> edges = [.. Enumerable.Range(0, Hub).Select(_ => (1, random.Next(Nodes - 10)))];
        foreach (var (row, count) in new[] { (5, 512), (6, 513), (7, 785) }) edges.AddRange(Enumerable.Range(0, count).Select(_ => (row, random.Next(Nodes - 10))));
        for (var row = 8; row < Nodes - 10; row += 2) edges.AddRange(Enumerable.Range(0, random.Next(20)).Select(_ => (row, random.Next(Nodes - 10))));
        return HostCsr.From(Nodes, Nodes, [.. edges.Select(e => e.Row)], [.. edges.Select(e => e.Column)]) with { Edge = null };
    }

    private static IEnumerable<(string Name, Func<Device, Draw, Tensor[]> Run)> Dense(int width)
    {
        yield return ("maps", (on, t) =>
        {
            Tensor x = t(99, width), y = t(99, width), dx = t(99, width);
            on.Run(new Map<Gelu>(x, y));
            on.Run(new MapGrad<Gelu>(x, y, t(99, width), dx, Accumulate: true));
            return [y, dx];
        }
        );
        yield return ("sums of rows, columns and numbers", (on, t) =>
        {
            Tensor x = t(999, width), y = t(999, width), perRow = t(999, width), d = t(999, width);
            on.Run(new Zip<Multiply>(x, t(width), y));
            on.Run(new Zip<Add>(x, t(999), perRow, PerRow: true));
            on.Run(new ZipGrad<Multiply>(x, t(width), t(999, width), d, OfB: true, PerRow: false, Accumulate: false));
            Tensor sums = t(width), rows = t(999), all = t(1);
            on.Run(new ColumnSum(x, sums));
            on.Run(new RowSum(x, rows, width));
            on.Run(new Sum(x, all));
            return [y, perRow, d, sums, rows, all];
        }
        );
        yield return ("dropout", (on, t) =>
        {
            var y = t(77, width);
            on.Run(new Dropout(t(77, width), y, 0.5f, new RandomKey(1, 2, 3), Accumulate: true));
            return [y];
        }
        );
        yield return ("norms of rows", (on, t) =>
        {
            Tensor x = t(99, width), y = t(99, width), dy = t(99, width), mean = t(99), scale = t(99), dx = t(99, width), p = t(99, width), dp = t(99, width);
            on.Run(new LayerNorm(x, t(width), t(width), y, mean, scale, width, 1e-1f));
            on.Run(new LayerNormGrad(x, null, mean, scale, dy, dx, width, Accumulate: false));
            on.Run(new Softmax(x, p, Log: true));
            on.Run(new SoftmaxGrad(p, dy, dp, Log: true, Accumulate: false));
            return [y, mean, scale, dx, p, dp];
        }
        );
    }

    private static IEnumerable<(string Name, Func<Device, Draw, Tensor[]> Run)> Sparse(int width)
    {
        yield return ("sums over edges", (on, t) =>
        {
            using Csr a = In.Value.To(on), back = Out.Value.To(on);
            Tensor x = t(Nodes, width), y = t(Nodes, width), z = t(Nodes, width), dw = t(a.Entries);
            on.Run(new SpMM(a, x, y));
            on.Run(new SpMM(back, x, z, t(a.Entries), t(Nodes), t(Nodes), Accumulate: true));
            on.Run(new Sddmm(a, x, t(Nodes, width), dw, null, null, Accumulate: true));
            return [y, z, dw];
        }
        );
        yield return ("largest over edges", (on, t) =>
        {
            using Csr a = In.Value.To(on), back = Out.Value.To(on);
            Tensor x = t(Nodes, width), y = t(Nodes, width), note = t(Nodes, width), dx = t(Nodes, width);
            on.Run(new Fold<Largest>(a, x, null, y, note));
            on.Run(new FoldGrad<Largest>(back, x, null, y, note, t(Nodes, width), dx, Accumulate: false));
            return [y, note, dx];
        }
        );
        yield return ("attention of three heads", (on, t) =>
        {
            using Csr a = In.Value.To(on), back = Out.Value.To(on);
            var of = new Attention(3, t(Nodes, 3 * width), t(Nodes, 3), t(Nodes, 3), null, null, null, EdgeInValue: false, 0.2f, 0.5f, new RandomKey(1, 2, 3));
            Tensor y = t(Nodes, 3 * width), lse = t(Nodes, 3), dy = t(Nodes, 3 * width), dot = t(Nodes, 3), dx = t(Nodes, 3 * width), dscore = t(a.Entries, 3), dend = t(Nodes, 3);
            on.Run(new Attend<AdditiveScore>(a, of, y, lse));
            on.Run(new HeadDot(dy, y, dot));
            on.Run(new AttendGrad<AdditiveScore>(back, of, lse, dot, dy, dx, dscore, Alpha: null, Accumulate: false));
            on.Run(new AttendEndGrad<AdditiveScore>(a, of, dscore, dend, Outgoing: false, Accumulate: false));
            return [y, lse, dx, dscore, dend];
        }
        );
        yield return ("softmax over edges", (on, t) =>
        {
            using var a = In.Value.To(on);
            Tensor alpha = t(a.Entries, 3), dscore = t(a.Entries, 3), y = t(Nodes, width), lse = t(Nodes, width);
            on.Run(new EdgeSoftmax(a, t(a.Entries, 3), alpha));
            on.Run(new EdgeSoftmaxGrad(a, alpha, t(a.Entries, 3), dscore, Accumulate: false));
            on.Run(new SoftmaxSum(a, t(Nodes, width), t(1), y, lse));
            return [alpha, dscore, y, lse];
        }
        );
    }

    // In TF32 the operands are rounded first: their products are exact in either precision, and a device without tensor cores gives the same.
    private static IEnumerable<(string Name, Func<Device, Draw, Tensor[]> Run)> Products() =>
        from precision in Enum.GetValues<Precision>()
        from t in Enum.GetValues<Transpose>()
        from size in new[] { (M: 200, N: 40, K: 1433), (M: 129, N: 65, K: 17), (M: 64, N: 16, K: 20_000) }
        select ($"product {size.M} × {size.K} × {size.N}, {t}, {precision}", (Func<Device, Draw, Tensor[]>)((device, draw) =>
        {
            Tensor a = t == Transpose.Left ? draw(size.K, size.M) : draw(size.M, size.K), b = t == Transpose.Right ? draw(size.N, size.K) : draw(size.K, size.N), c = draw(size.M, size.N);
            foreach (var operand in precision == Precision.Tf32 ? [a, b] : Array.Empty<Tensor>()) operand.Write(Array.ConvertAll(operand.ToArray(), Rounded));
            device.Precision = precision;
            device.Run(new Gemm(a, b, c, t, Accumulate: true));
            device.Precision = Precision.Single;
            return [c];
        }));

    private static float Rounded(float x) => BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(x) + 0x1000) & ~0x1FFF);
}
