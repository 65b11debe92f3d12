using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Benchmarks;

/// <summary>What this machine can do at most: the bars that kernels are held against. Measured, not looked up.</summary>
/// <param name="Threads">How many threads took part.</param>
/// <param name="Read">Sequential reading from memory, GB/s.</param>
/// <param name="Copy">Copying in memory, GB/s, read and written bytes counted once each.</param>
/// <param name="Gather">Summing rows of 64 floats at random places of 200 MB, 16 rows a sum, GB/s.</param>
/// <param name="Fma">Multiply-adds in registers, eight floats wide, GFLOP/s.</param>
internal sealed record Roofline(int Threads, double Read, double Copy, double Gather, double Fma)
{
    private const int StreamFloats = 64 << 20;    // 256 MB: past every cache
    private const int GatherRows = 781_250, RowFloats = 64, RowsPerSum = 16, Gathers = 1 << 21;   // 200 MB
    private const int FmaRounds = 2_000_000, FmaBlocks = 64, Chains = 10;

    private static readonly Dictionary<int, Roofline> Known = [];

    /// <summary>The limits with that many threads; measured once a process, in about five seconds.</summary>
    public static Roofline Of(int threads) => Known.TryGetValue(threads, out var known) ? known : Known[threads] = Measure(threads, new(5, 4));

    /// <summary>Measures the limits.</summary>
    public static Roofline Measure(int threads, Race race)
    {
        using var cpu = new CpuDevice(threads);
        return new(threads,
            4e-6 * StreamFloats / Time(race, cpu, StreamFloats, new Reader(Filled(cpu, StreamFloats))),
            8e-6 * StreamFloats / Time(race, cpu, StreamFloats, new Copier(Filled(cpu, StreamFloats), Filled(cpu, StreamFloats))),
            4e-6 * Gathers * RowFloats / Time(race, cpu, Gathers / RowsPerSum, new Gatherer(Filled(cpu, GatherRows * RowFloats), RandomRows())),
            1e-6 * FmaBlocks * FmaRounds * Chains * 2.0 * Lanes / Time(race, cpu, FmaBlocks, new Multiplier(), grain: 1));
    }

    /// <summary>Prints the limits for one thread and for all.</summary>
    public static void Print(int threads, TextWriter output)
    {
        output.WriteLine("| threads | read GB/s | copy GB/s | gather of 64-float rows GB/s | FMA GFLOP/s |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (var t in new[] { 1, threads }.Distinct())
        {
            var limit = Measure(t, new Race());
            output.WriteLine($"| {limit.Threads} | {limit.Read:F1} | {limit.Copy:F1} | {limit.Gather:F1} | {limit.Fma:F0} |");
        }
    }

    private static double Time<T>(Race race, CpuDevice cpu, int rows, T loop, int grain = 256) where T : struct, IRowLoop, IDisposable
    {
        using (loop) return race.Run(() => cpu.ForRows(rows, loop, grain))[0].Milliseconds;
    }

    private static Tensor Filled(CpuDevice cpu, int count)
    {
        var x = new Tensor(cpu, new Shape(count));
        x.Span.Fill(1f);
        return x;
    }

    private static int[] RandomRows()
    {
        var random = new XorShift64(0x9E3779B97F4A7C15);
        var rows = new int[Gathers];
        for (var i = 0; i < rows.Length; i++) rows[i] = random.NextBelow(GatherRows);
        return rows;
    }

    private static Vector256<float> Load(ReadOnlySpan<float> x, int at) => Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(x), (nuint)at);

    private static void Use(Vector256<float> sum)
    {
        if (Vector256.Sum(sum) == -1f) Console.Error.WriteLine();   // never; keeps the loop from being dropped
    }

    private readonly record struct Reader(Tensor X) : IRowLoop, IDisposable
    {
        public void Rows(int first, int end)
        {
            ReadOnlySpan<float> x = X.Span[first..end];
            Vector256<float> a = default, b = default, c = default, d = default;
            for (var i = 0; i <= x.Length - 32; i += 32)
                (a, b, c, d) = (a + Load(x, i), b + Load(x, i + 8), c + Load(x, i + 16), d + Load(x, i + 24));
            Use(a + b + c + d);
        }

        public void Dispose() => X.Dispose();
    }

    private readonly record struct Copier(Tensor X, Tensor Y) : IRowLoop, IDisposable
    {
        public void Rows(int first, int end) => X.Span[first..end].CopyTo(Y.Span[first..end]);

        public void Dispose()
        {
            X.Dispose();
            Y.Dispose();
        }
    }

    private readonly record struct Gatherer(Tensor X, int[] Row) : IRowLoop, IDisposable
    {
        public void Rows(int first, int end)
        {
            ReadOnlySpan<float> x = X.Span;
            for (var sum = first; sum < end; sum++)
            {
                Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
                foreach (var row in Row.AsSpan(sum * RowsPerSum, RowsPerSum))
                {
                    var at = row * RowFloats;
                    (a, b, c, d) = (a + Load(x, at), b + Load(x, at + 8), c + Load(x, at + 16), d + Load(x, at + 24));
                    (e, f, g, h) = (e + Load(x, at + 32), f + Load(x, at + 40), g + Load(x, at + 48), h + Load(x, at + 56));
                }
                Use(a + b + c + d + e + f + g + h);
            }
        }

        public void Dispose() => X.Dispose();
    }

    private static int Lanes => Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;

    private readonly record struct Multiplier : IRowLoop, IDisposable
    {
        public void Rows(int first, int end)
        {
            var rounds = (long)(end - first) * FmaRounds;
            if (Vector512.IsHardwareAccelerated) Wide(rounds);
            else Narrow(rounds);
        }

        private static void Narrow(long rounds)
        {
            Vector256<float> x = Vector256.Create(0.999999f), y = Vector256.Create(1e-7f);
            Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y;
            for (; rounds > 0; rounds--)
            {
                (a, b) = (Vector256.FusedMultiplyAdd(a, x, y), Vector256.FusedMultiplyAdd(b, x, y));
                (c, d) = (Vector256.FusedMultiplyAdd(c, x, y), Vector256.FusedMultiplyAdd(d, x, y));
                (e, f) = (Vector256.FusedMultiplyAdd(e, x, y), Vector256.FusedMultiplyAdd(f, x, y));
                (g, h) = (Vector256.FusedMultiplyAdd(g, x, y), Vector256.FusedMultiplyAdd(h, x, y));
                (i, j) = (Vector256.FusedMultiplyAdd(i, x, y), Vector256.FusedMultiplyAdd(j, x, y));
            }
            Use(a + b + c + d + e + f + g + h + i + j);
        }

        private static void Wide(long rounds)
        {
            Vector512<float> x = Vector512.Create(0.999999f), y = Vector512.Create(1e-7f);
            Vector512<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y;
            for (; rounds > 0; rounds--)
            {
                (a, b) = (Vector512.FusedMultiplyAdd(a, x, y), Vector512.FusedMultiplyAdd(b, x, y));
                (c, d) = (Vector512.FusedMultiplyAdd(c, x, y), Vector512.FusedMultiplyAdd(d, x, y));
                (e, f) = (Vector512.FusedMultiplyAdd(e, x, y), Vector512.FusedMultiplyAdd(f, x, y));
                (g, h) = (Vector512.FusedMultiplyAdd(g, x, y), Vector512.FusedMultiplyAdd(h, x, y));
                (i, j) = (Vector512.FusedMultiplyAdd(i, x, y), Vector512.FusedMultiplyAdd(j, x, y));
            }
            var sum = a + b + c + d + e + f + g + h + i + j;
            Use(sum.GetLower() + sum.GetUpper());
        }

        public void Dispose() { }
    }
}
