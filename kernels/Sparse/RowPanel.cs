using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GraphTune.Kernels;

/// <summary>The innermost loop of sums of rows on the CPU: up to thirteen vectors of a row of y stay in registers while the rows of x stream past, row of y after row.</summary>
internal static class RowPanel<TFloats, TVector> where TFloats : struct, IFloats<TVector> where TVector : unmanaged
{
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
            float* source = x0 + j, weights = w0 + (TW.VectorsPerHead > 0 ? j / (TW.VectorsPerHead * TFloats.Count) : 0), bias = biases is null ? null : biases + j;
            nint row = run.Width, step = run.Stride;
            int rows = run.Start.Length - 1, longest = run.Longest, loops = run.Loops;
            var add = run.Add;
            for (var r = 0; r < rows; r++)
            {
                int entry = starts[r], end = starts[r + 1];
                if (end - entry > longest) continue;
                TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default, s12 = default;
                if (loops >= 0) AddAll<TW, T>(source + (loops + r) * row, weights + (TW.By == Order.Column ? loops + r : 0), ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12);
                var w = weights + (entry - starts[0]) * step;
                int* edge = edges + entry;
                for (int* column = columns + entry, last = columns + end; column < last; column++)
                {
                    Prefetch<T>(source + column[LookAhead.Entries] * row);   // past the last entry anything may stand: no address is wrong
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
    private static unsafe void AddAll<TW, T>(float* p, float* w, ref TVector s0, ref TVector s1, ref TVector s2, ref TVector s3, ref TVector s4, ref TVector s5, ref TVector s6, ref TVector s7, ref TVector s8, ref TVector s9, ref TVector s10, ref TVector s11, ref TVector s12) where TW : struct, IWeighing where T : struct, ICount
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
    private static unsafe void Add<TW>(ref TVector sum, float* row, float* w, int v) where TW : struct, IWeighing
    {
        if (TW.By == Order.None) sum = TFloats.Add(sum, TFloats.Load(row + v * TFloats.Count));
        else sum = TFloats.MultiplyAdd(TFloats.Spread(w[TW.VectorsPerHead > 0 ? v / TW.VectorsPerHead : 0]), TFloats.Load(row + v * TFloats.Count), sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale<T>(float factor, ref TVector s0, ref TVector s1, ref TVector s2, ref TVector s3, ref TVector s4, ref TVector s5, ref TVector s6, ref TVector s7, ref TVector s8, ref TVector s9, ref TVector s10, ref TVector s11, ref TVector s12) where T : struct, ICount
    {
        var by = TFloats.Spread(factor);
        s0 = TFloats.Multiply(s0, by);
        if (T.Count > 1) s1 = TFloats.Multiply(s1, by);
        if (T.Count > 2) s2 = TFloats.Multiply(s2, by);
        if (T.Count > 3) s3 = TFloats.Multiply(s3, by);
        if (T.Count > 4) s4 = TFloats.Multiply(s4, by);
        if (T.Count > 5) s5 = TFloats.Multiply(s5, by);
        if (T.Count > 6) s6 = TFloats.Multiply(s6, by);
        if (T.Count > 7) s7 = TFloats.Multiply(s7, by);
        if (T.Count > 8) s8 = TFloats.Multiply(s8, by);
        if (T.Count > 9) s9 = TFloats.Multiply(s9, by);
        if (T.Count > 10) s10 = TFloats.Multiply(s10, by);
        if (T.Count > 11) s11 = TFloats.Multiply(s11, by);
        if (T.Count > 12) s12 = TFloats.Multiply(s12, by);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch<T>(float* row) where T : struct, ICount
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0(row);
        if (T.Count * TFloats.Count > 16) Sse.Prefetch0(row + 16);
        if (T.Count * TFloats.Count > 32) Sse.Prefetch0(row + 32);
        if (T.Count * TFloats.Count > 48) Sse.Prefetch0(row + 48);
        if (T.Count * TFloats.Count > 64) Sse.Prefetch0(row + 64);
        if (T.Count * TFloats.Count > 80) Sse.Prefetch0(row + 80);
        if (T.Count * TFloats.Count > 96) Sse.Prefetch0(row + 96);
        if (T.Count * TFloats.Count > 112) Sse.Prefetch0(row + 112);
        if (T.Count * TFloats.Count > 128) Sse.Prefetch0(row + 128);
        if (T.Count * TFloats.Count > 144) Sse.Prefetch0(row + 144);
        if (T.Count * TFloats.Count > 160) Sse.Prefetch0(row + 160);
        if (T.Count * TFloats.Count > 176) Sse.Prefetch0(row + 176);
        if (T.Count * TFloats.Count > 192) Sse.Prefetch0(row + 192);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void AddTo<T>(float* row, ref TVector s0, ref TVector s1, ref TVector s2, ref TVector s3, ref TVector s4, ref TVector s5, ref TVector s6, ref TVector s7, ref TVector s8, ref TVector s9, ref TVector s10, ref TVector s11, ref TVector s12) where T : struct, ICount
    {
        s0 = TFloats.Add(s0, TFloats.Load(row));
        if (T.Count > 1) s1 = TFloats.Add(s1, TFloats.Load(row + TFloats.Count));
        if (T.Count > 2) s2 = TFloats.Add(s2, TFloats.Load(row + 2 * TFloats.Count));
        if (T.Count > 3) s3 = TFloats.Add(s3, TFloats.Load(row + 3 * TFloats.Count));
        if (T.Count > 4) s4 = TFloats.Add(s4, TFloats.Load(row + 4 * TFloats.Count));
        if (T.Count > 5) s5 = TFloats.Add(s5, TFloats.Load(row + 5 * TFloats.Count));
        if (T.Count > 6) s6 = TFloats.Add(s6, TFloats.Load(row + 6 * TFloats.Count));
        if (T.Count > 7) s7 = TFloats.Add(s7, TFloats.Load(row + 7 * TFloats.Count));
        if (T.Count > 8) s8 = TFloats.Add(s8, TFloats.Load(row + 8 * TFloats.Count));
        if (T.Count > 9) s9 = TFloats.Add(s9, TFloats.Load(row + 9 * TFloats.Count));
        if (T.Count > 10) s10 = TFloats.Add(s10, TFloats.Load(row + 10 * TFloats.Count));
        if (T.Count > 11) s11 = TFloats.Add(s11, TFloats.Load(row + 11 * TFloats.Count));
        if (T.Count > 12) s12 = TFloats.Add(s12, TFloats.Load(row + 12 * TFloats.Count));
    }

    // Only the last vector may reach past the row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store<T>(float* y, int left, TVector s0, TVector s1, TVector s2, TVector s3, TVector s4, TVector s5, TVector s6, TVector s7, TVector s8, TVector s9, TVector s10, TVector s11, TVector s12) where T : struct, ICount
    {
        if (T.Count > 1) TFloats.Store(s0, y);
        if (T.Count > 2) TFloats.Store(s1, y + TFloats.Count);
        if (T.Count > 3) TFloats.Store(s2, y + 2 * TFloats.Count);
        if (T.Count > 4) TFloats.Store(s3, y + 3 * TFloats.Count);
        if (T.Count > 5) TFloats.Store(s4, y + 4 * TFloats.Count);
        if (T.Count > 6) TFloats.Store(s5, y + 5 * TFloats.Count);
        if (T.Count > 7) TFloats.Store(s6, y + 6 * TFloats.Count);
        if (T.Count > 8) TFloats.Store(s7, y + 7 * TFloats.Count);
        if (T.Count > 9) TFloats.Store(s8, y + 8 * TFloats.Count);
        if (T.Count > 10) TFloats.Store(s9, y + 9 * TFloats.Count);
        if (T.Count > 11) TFloats.Store(s10, y + 10 * TFloats.Count);
        if (T.Count > 12) TFloats.Store(s11, y + 11 * TFloats.Count);
        var last = T.Count == 1 ? s0 : T.Count == 2 ? s1 : T.Count == 3 ? s2 : T.Count == 4 ? s3 : T.Count == 5 ? s4 : T.Count == 6 ? s5 : T.Count == 7 ? s6 : T.Count == 8 ? s7 : T.Count == 9 ? s8 : T.Count == 10 ? s9 : T.Count == 11 ? s10 : T.Count == 12 ? s11 : s12;
        var end = (T.Count - 1) * TFloats.Count;
        if (end + TFloats.Count <= left) TFloats.Store(last, y + end);
        else TFloats.StorePart(last, y + end, left - end);
    }
}

/// <summary>What panels of any vectors have in common.</summary>
internal static class RowPanel
{
    /// <summary>The most vectors of a row that are summed at a time.</summary>
    public const int Most = 13;
}
