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
    // the vectors in memory. The last vector ends where the panel does, and so may sum some columns of the one before it again, to the same bits;
    // alone it may reach past the row, and past the end of x.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Rows<TW, T>(in RowRun run, Span<float> y, int j, int stop) where TW : struct, IWeighing where T : struct, ICount
    {
        fixed (float* x0 = run.X, w0 = run.Weight, factors = run.Factor, biases = run.Bias, y0 = y)
        fixed (int* columns = run.Column, starts = run.Start, edges = run.Edge)
        {
            float* source = x0 + j - run.Panel.From, weights = w0 + (TW.VectorsPerHead > 0 ? j / (TW.VectorsPerHead * TFloats.Count) : 0), bias = biases is null ? null : biases + j;
            nint length = run.Width, row = run.Panel.Width > 0 ? run.Panel.Width : length, step = run.Stride, last = Math.Max(0, Math.Min(T.Count * TFloats.Count, stop - j) - TFloats.Count);
            int rows = run.Start.Length - 1, longest = run.Longest, loops = run.Loops;
            bool add = run.Add, far = run.Far, past = run.Past && ((nint)(y0 + j) | (length * sizeof(float)) | ((last + TFloats.Count) * sizeof(float))) % RowPanel.Line == 0;
            for (var r = 0; r < rows; r++)
            {
                int entry = starts[r], end = starts[r + 1];
                if (end - entry > longest) continue;
                TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default, s12 = default;
                if (loops >= 0) AddAll<TW, T>(source + (loops + r) * row, last, weights + (TW.By == Order.Column ? loops + r : 0), ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12);
                var w = weights + (entry - starts[0]) * step;
                int* edge = edges + entry;
                int* column = columns + entry, after = columns + end;
                if (far)
                    while (column < after)   // past the last entry anything may stand: no address is wrong
                    {
                        Prefetch<T>(source + column[LookAhead.Entries] * row);
                        if (TW.By == Order.Column) LookAhead.Line(weights + column[LookAhead.Entries]);
                        if (TW.By == Order.Edge) LookAhead.Line(weights + edge[LookAhead.Entries]);
                        if (TW.By == Order.Column) w = weights + *column;
                        if (TW.By == Order.Edge) w = weights + *edge++;
                        AddAll<TW, T>(source + *column++ * row, last, w, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12);
                        if (TW.By == Order.Row) w += step;
                    }
                else
                    while (column < after)
                    {
                        if (TW.By == Order.Column) w = weights + *column;
                        if (TW.By == Order.Edge) w = weights + *edge++;
                        AddAll<TW, T>(source + *column++ * row, last, w, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12);
                        if (TW.By == Order.Row) w += step;
                    }
                if (factors is not null) Scale<T>(factors[r], ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12);
                var target = y0 + r * length + j;
                if (bias is not null) AddTo<T>(bias, last, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12);
                if (add) AddTo<T>(target, last, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref s6, ref s7, ref s8, ref s9, ref s10, ref s11, ref s12);
                Store<T>(target, last, stop - j, past, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12);
            }
            if (past && Sse.IsSupported) Sse.StoreFence();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void AddAll<TW, T>(float* p, nint last, float* w, ref TVector s0, ref TVector s1, ref TVector s2, ref TVector s3, ref TVector s4, ref TVector s5, ref TVector s6, ref TVector s7, ref TVector s8, ref TVector s9, ref TVector s10, ref TVector s11, ref TVector s12) where TW : struct, IWeighing where T : struct, ICount
    {
        Add<TW, T>(ref s0, p, last, w, 0);
        if (T.Count > 1) Add<TW, T>(ref s1, p, last, w, 1);
        if (T.Count > 2) Add<TW, T>(ref s2, p, last, w, 2);
        if (T.Count > 3) Add<TW, T>(ref s3, p, last, w, 3);
        if (T.Count > 4) Add<TW, T>(ref s4, p, last, w, 4);
        if (T.Count > 5) Add<TW, T>(ref s5, p, last, w, 5);
        if (T.Count > 6) Add<TW, T>(ref s6, p, last, w, 6);
        if (T.Count > 7) Add<TW, T>(ref s7, p, last, w, 7);
        if (T.Count > 8) Add<TW, T>(ref s8, p, last, w, 8);
        if (T.Count > 9) Add<TW, T>(ref s9, p, last, w, 9);
        if (T.Count > 10) Add<TW, T>(ref s10, p, last, w, 10);
        if (T.Count > 11) Add<TW, T>(ref s11, p, last, w, 11);
        if (T.Count > 12) Add<TW, T>(ref s12, p, last, w, 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Add<TW, T>(ref TVector sum, float* row, nint last, float* w, int v) where TW : struct, IWeighing where T : struct, ICount
    {
        if (TW.By == Order.None) sum = TFloats.Add(sum, TFloats.Load(row + At<T>(v, last)));
        else sum = TFloats.MultiplyAdd(TFloats.Spread(w[TW.VectorsPerHead > 0 ? v / TW.VectorsPerHead : 0]), TFloats.Load(row + At<T>(v, last)), sum);
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
        Sse.Prefetch1(row);
        if (T.Count * TFloats.Count > 16) Sse.Prefetch1(row + 16);
        if (T.Count * TFloats.Count > 32) Sse.Prefetch1(row + 32);
        if (T.Count * TFloats.Count > 48) Sse.Prefetch1(row + 48);
        if (T.Count * TFloats.Count > 64) Sse.Prefetch1(row + 64);
        if (T.Count * TFloats.Count > 80) Sse.Prefetch1(row + 80);
        if (T.Count * TFloats.Count > 96) Sse.Prefetch1(row + 96);
        if (T.Count * TFloats.Count > 112) Sse.Prefetch1(row + 112);
        if (T.Count * TFloats.Count > 128) Sse.Prefetch1(row + 128);
        if (T.Count * TFloats.Count > 144) Sse.Prefetch1(row + 144);
        if (T.Count * TFloats.Count > 160) Sse.Prefetch1(row + 160);
        if (T.Count * TFloats.Count > 176) Sse.Prefetch1(row + 176);
        if (T.Count * TFloats.Count > 192) Sse.Prefetch1(row + 192);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void AddTo<T>(float* row, nint last, ref TVector s0, ref TVector s1, ref TVector s2, ref TVector s3, ref TVector s4, ref TVector s5, ref TVector s6, ref TVector s7, ref TVector s8, ref TVector s9, ref TVector s10, ref TVector s11, ref TVector s12) where T : struct, ICount
    {
        s0 = TFloats.Add(s0, TFloats.Load(row + At<T>(0, last)));
        if (T.Count > 1) s1 = TFloats.Add(s1, TFloats.Load(row + At<T>(1, last)));
        if (T.Count > 2) s2 = TFloats.Add(s2, TFloats.Load(row + At<T>(2, last)));
        if (T.Count > 3) s3 = TFloats.Add(s3, TFloats.Load(row + At<T>(3, last)));
        if (T.Count > 4) s4 = TFloats.Add(s4, TFloats.Load(row + At<T>(4, last)));
        if (T.Count > 5) s5 = TFloats.Add(s5, TFloats.Load(row + At<T>(5, last)));
        if (T.Count > 6) s6 = TFloats.Add(s6, TFloats.Load(row + At<T>(6, last)));
        if (T.Count > 7) s7 = TFloats.Add(s7, TFloats.Load(row + At<T>(7, last)));
        if (T.Count > 8) s8 = TFloats.Add(s8, TFloats.Load(row + At<T>(8, last)));
        if (T.Count > 9) s9 = TFloats.Add(s9, TFloats.Load(row + At<T>(9, last)));
        if (T.Count > 10) s10 = TFloats.Add(s10, TFloats.Load(row + At<T>(10, last)));
        if (T.Count > 11) s11 = TFloats.Add(s11, TFloats.Load(row + At<T>(11, last)));
        if (T.Count > 12) s12 = TFloats.Add(s12, TFloats.Load(row + At<T>(12, last)));
    }

    // What is narrower than a vector is stored in part.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store<T>(float* y, nint last, int width, bool past, TVector s0, TVector s1, TVector s2, TVector s3, TVector s4, TVector s5, TVector s6, TVector s7, TVector s8, TVector s9, TVector s10, TVector s11, TVector s12) where T : struct, ICount
    {
        if (T.Count == 1 && width < TFloats.Count)
        {
            TFloats.StorePart(s0, y, width);
            return;
        }
        Put(s0, y + At<T>(0, last), past);
        if (T.Count > 1) Put(s1, y + At<T>(1, last), past);
        if (T.Count > 2) Put(s2, y + At<T>(2, last), past);
        if (T.Count > 3) Put(s3, y + At<T>(3, last), past);
        if (T.Count > 4) Put(s4, y + At<T>(4, last), past);
        if (T.Count > 5) Put(s5, y + At<T>(5, last), past);
        if (T.Count > 6) Put(s6, y + At<T>(6, last), past);
        if (T.Count > 7) Put(s7, y + At<T>(7, last), past);
        if (T.Count > 8) Put(s8, y + At<T>(8, last), past);
        if (T.Count > 9) Put(s9, y + At<T>(9, last), past);
        if (T.Count > 10) Put(s10, y + At<T>(10, last), past);
        if (T.Count > 11) Put(s11, y + At<T>(11, last), past);
        if (T.Count > 12) Put(s12, y + At<T>(12, last), past);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Put(TVector x, float* y, bool past)
    {
        if (past) TFloats.StorePast(x, y);
        else TFloats.Store(x, y);
    }

    // Where a vector of a row begins.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint At<T>(int v, nint last) where T : struct, ICount => v == T.Count - 1 ? last : v * TFloats.Count;
}

/// <summary>What panels of any vectors have in common.</summary>
internal static class RowPanel
{
    /// <summary>The most vectors of a row that are summed at a time.</summary>
    public const int Most = 13;

    /// <summary>Bytes of a cache line.</summary>
    public const int Line = 64;
}
