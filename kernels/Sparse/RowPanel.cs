using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphTune.Kernels;

/// <summary>The innermost loop of sums of rows on the CPU: up to thirteen vectors of a row of y stay in registers while the rows of x stream past, row of y after row.</summary>
internal static class RowPanel
{
    /// <summary>The most vectors of a row that are summed at a time.</summary>
    public const int Most = 13;

    private const int Ahead = 16;   // entries: far enough for memory to answer, near enough for the cache to keep; a list of them may be read that far past its end

    /// <summary>Sums <paramref name="vectors"/> vectors of each row from column j on, but not past column <paramref name="stop"/>.</summary>
    public static void Sum<TWeighing>(in RowRun run, int vectors, Span<float> y, int j, int stop) where TWeighing : struct, IWeighing
    {
        switch (vectors)
        {
            case 1: Rows<TWeighing, V1>(run, y, j, stop); break;
            case 2: Rows<TWeighing, V2>(run, y, j, stop); break;
            case 3: Rows<TWeighing, V3>(run, y, j, stop); break;
            case 4: Rows<TWeighing, V4>(run, y, j, stop); break;
            case 5: Rows<TWeighing, V5>(run, y, j, stop); break;
            case 6: Rows<TWeighing, V6>(run, y, j, stop); break;
            case 7: Rows<TWeighing, V7>(run, y, j, stop); break;
            case 8: Rows<TWeighing, V8>(run, y, j, stop); break;
            case 9: Rows<TWeighing, V9>(run, y, j, stop); break;
            case 10: Rows<TWeighing, V10>(run, y, j, stop); break;
            case 11: Rows<TWeighing, V11>(run, y, j, stop); break;
            case 12: Rows<TWeighing, V12>(run, y, j, stop); break;
            case 13: Rows<TWeighing, V13>(run, y, j, stop); break;
        }
    }

    // Conditions on constants of T cost nothing: each T has a loop of its own, and no call in it, since a call would have the compiler keep
    // the vectors in memory. The last vector may reach past the row, and past the end of x.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Rows<TW, T>(in RowRun run, Span<float> y, int j, int stop) where TW : struct, IWeighing where T : struct, ICount
    {
        fixed (float* x0 = run.X, w0 = run.Weight, factors = run.Factor, biases = run.Bias, y0 = y)
        fixed (int* columns = run.Column, starts = run.Start, edges = run.Edge)
        {
            float* source = x0 + j, weights = w0 + (TW.VectorsPerHead > 0 ? j / (TW.VectorsPerHead * Lanes.Width) : 0), bias = biases is null ? null : biases + j;
            nint row = run.Width, step = run.Stride;
            int rows = run.Start.Length - 1, longest = run.Longest, loops = run.Loops;
            var add = run.Add;
            for (var r = 0; r < rows; r++)
            {
                int entry = starts[r], end = starts[r + 1];
                if (end - entry > longest) continue;
                Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default, s12 = default;
                if (loops >= 0) AddAll<TW, T>(source + (loops + r) * row, weights + (TW.By == Order.Column ? loops + r : 0), ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12);
                var w = weights + (entry - starts[0]) * step;
                int* edge = edges + entry;
                for (int* column = columns + entry, last = columns + end; column < last; column++)
                {
                    Prefetch<T>(source + column[Ahead] * row);   // past the last entry anything may stand: no address is wrong
                    if (TW.By == Order.Column) w = weights + *column;
                    if (TW.By == Order.Edge) w = weights + *edge++;
                    AddAll<TW, T>(source + *column * row, w, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12);
                    if (TW.By == Order.Row) w += step;
                }
                if (factors is not null) Scale<T>(factors[r], ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12);
                var target = y0 + r * row + j;
                if (bias is not null) AddTo<T>(bias, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12);
                if (add) AddTo<T>(target, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12);
                Store<T>(target, stop - j, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void AddAll<TW, T>(float* p, float* w, ref Vector256<float> s0, ref Vector256<float> s1, ref Vector256<float> s2, ref Vector256<float> s3, ref Vector256<float> s4, ref Vector256<float> s5, ref Vector256<float> s6, ref Vector256<float> s7, ref Vector256<float> s8, ref Vector256<float> s9, ref Vector256<float> s10, ref Vector256<float> s11, ref Vector256<float> s12) where TW : struct, IWeighing where T : struct, ICount
    {
        Add<TW>(ref s0, p, w, 0);
        if (T.Count > 1) Add<TW>(ref s1, p, w, 1);
        if (T.Count > 2) Add<TW>(ref s2, p, w, 2);
        if (T.Count > 3) Add<TW>(ref s3, p, w, 3);
        if (T.Count > 4) Add<TW>(ref s4, p, w, 4);
        if (T.Count > 5) Add<TW>(ref s5, p, w, 5);
        if (T.Count > 6) Add<TW>(ref s6, p, w, 6);
        if (T.Count > 7) Add<TW>(ref s7, p, w, 7);
        if (T.Count > 8) Add<TW>(ref s8, p, w, 8);
        if (T.Count > 9) Add<TW>(ref s9, p, w, 9);
        if (T.Count > 10) Add<TW>(ref s10, p, w, 10);
        if (T.Count > 11) Add<TW>(ref s11, p, w, 11);
        if (T.Count > 12) Add<TW>(ref s12, p, w, 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Add<TW>(ref Vector256<float> sum, float* row, float* w, int v) where TW : struct, IWeighing
    {
        if (TW.By == Order.None) sum += Vector256.Load(row + v * Lanes.Width);
        else sum = Vector256.MultiplyAddEstimate(Vector256.Create(w[TW.VectorsPerHead > 0 ? v / TW.VectorsPerHead : 0]), Vector256.Load(row + v * Lanes.Width), sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale<T>(float factor, ref Vector256<float> s0, ref Vector256<float> s1, ref Vector256<float> s2, ref Vector256<float> s3, ref Vector256<float> s4, ref Vector256<float> s5, ref Vector256<float> s6, ref Vector256<float> s7, ref Vector256<float> s8, ref Vector256<float> s9, ref Vector256<float> s10, ref Vector256<float> s11, ref Vector256<float> s12) where T : struct, ICount
    {
        var by = Vector256.Create(factor);
        s0 *= by;
        if (T.Count > 1) s1 *= by;
        if (T.Count > 2) s2 *= by;
        if (T.Count > 3) s3 *= by;
        if (T.Count > 4) s4 *= by;
        if (T.Count > 5) s5 *= by;
        if (T.Count > 6) s6 *= by;
        if (T.Count > 7) s7 *= by;
        if (T.Count > 8) s8 *= by;
        if (T.Count > 9) s9 *= by;
        if (T.Count > 10) s10 *= by;
        if (T.Count > 11) s11 *= by;
        if (T.Count > 12) s12 *= by;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch<T>(float* row) where T : struct, ICount
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0(row);
        if (T.Count > 2) Sse.Prefetch0(row + 16);
        if (T.Count > 4) Sse.Prefetch0(row + 32);
        if (T.Count > 6) Sse.Prefetch0(row + 48);
        if (T.Count > 8) Sse.Prefetch0(row + 64);
        if (T.Count > 10) Sse.Prefetch0(row + 80);
        if (T.Count > 12) Sse.Prefetch0(row + 96);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void AddTo<T>(float* row, ref Vector256<float> s0, ref Vector256<float> s1, ref Vector256<float> s2, ref Vector256<float> s3, ref Vector256<float> s4, ref Vector256<float> s5, ref Vector256<float> s6, ref Vector256<float> s7, ref Vector256<float> s8, ref Vector256<float> s9, ref Vector256<float> s10, ref Vector256<float> s11, ref Vector256<float> s12) where T : struct, ICount
    {
        s0 += Vector256.Load(row);
        if (T.Count > 1) s1 += Vector256.Load(row + Lanes.Width);
        if (T.Count > 2) s2 += Vector256.Load(row + 2 * Lanes.Width);
        if (T.Count > 3) s3 += Vector256.Load(row + 3 * Lanes.Width);
        if (T.Count > 4) s4 += Vector256.Load(row + 4 * Lanes.Width);
        if (T.Count > 5) s5 += Vector256.Load(row + 5 * Lanes.Width);
        if (T.Count > 6) s6 += Vector256.Load(row + 6 * Lanes.Width);
        if (T.Count > 7) s7 += Vector256.Load(row + 7 * Lanes.Width);
        if (T.Count > 8) s8 += Vector256.Load(row + 8 * Lanes.Width);
        if (T.Count > 9) s9 += Vector256.Load(row + 9 * Lanes.Width);
        if (T.Count > 10) s10 += Vector256.Load(row + 10 * Lanes.Width);
        if (T.Count > 11) s11 += Vector256.Load(row + 11 * Lanes.Width);
        if (T.Count > 12) s12 += Vector256.Load(row + 12 * Lanes.Width);
    }

    // Only the last vector may reach past the row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store<T>(float* y, int left, Vector256<float> s0, Vector256<float> s1, Vector256<float> s2, Vector256<float> s3, Vector256<float> s4, Vector256<float> s5, Vector256<float> s6, Vector256<float> s7, Vector256<float> s8, Vector256<float> s9, Vector256<float> s10, Vector256<float> s11, Vector256<float> s12) where T : struct, ICount
    {
        if (T.Count > 1) s0.Store(y);
        if (T.Count > 2) s1.Store(y + Lanes.Width);
        if (T.Count > 3) s2.Store(y + 2 * Lanes.Width);
        if (T.Count > 4) s3.Store(y + 3 * Lanes.Width);
        if (T.Count > 5) s4.Store(y + 4 * Lanes.Width);
        if (T.Count > 6) s5.Store(y + 5 * Lanes.Width);
        if (T.Count > 7) s6.Store(y + 6 * Lanes.Width);
        if (T.Count > 8) s7.Store(y + 7 * Lanes.Width);
        if (T.Count > 9) s8.Store(y + 8 * Lanes.Width);
        if (T.Count > 10) s9.Store(y + 9 * Lanes.Width);
        if (T.Count > 11) s10.Store(y + 10 * Lanes.Width);
        if (T.Count > 12) s11.Store(y + 11 * Lanes.Width);
        var last = T.Count == 1 ? s0 : T.Count == 2 ? s1 : T.Count == 3 ? s2 : T.Count == 4 ? s3 : T.Count == 5 ? s4 : T.Count == 6 ? s5 : T.Count == 7 ? s6 : T.Count == 8 ? s7 : T.Count == 9 ? s8 : T.Count == 10 ? s9 : T.Count == 11 ? s10 : T.Count == 12 ? s11 : s12;
        var end = (T.Count - 1) * Lanes.Width;
        if (end + Lanes.Width <= left) last.Store(y + end);
        else Lanes.StorePart(last, ref y[end], left - end);
    }
}
