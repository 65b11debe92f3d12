using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphTune.Kernels;

/// <summary>The innermost loop of sums of wide rows on the CPU: up to eight rows of x are read side by side from end to end, long streams that the processor fetches ahead by itself, and each row of y is written once.</summary>
/// <remarks>Entries are added in order, so the bits are those of <see cref="RowPanel"/>.</remarks>
internal static class RowsAbreast<TFloats, TVector> where TFloats : struct, IFloats<TVector> where TVector : unmanaged
{
    private const int Most = 8, Columns = 4096;   // rows at a time; columns at a time, whose sums so far stay in the first cache

    private static int Step => 2 * TFloats.Count;

    /// <summary>Sums all rows of the run. An entry has one weight at most.</summary>
    [SkipLocalsInit]   // sums are written before they are read
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Sum<TW>(in RowRun run, Span<float> y) where TW : struct, IWeighing
    {
        var rows = stackalloc float*[Most];
        float* weights = stackalloc float[Most], sums = stackalloc float[Columns + TFloats.Count];
        nint width = run.Width;
        fixed (float* x = run.X, w = run.Weight, factors = run.Factor, bias = run.Bias, y0 = y)
        fixed (int* columns = run.Column, starts = run.Start, edges = run.Edge)
        {
            for (var r = 0; r < run.Start.Length - 1; r++)
            {
                int first = starts[r], end = starts[r + 1];
                if (end - first > run.Longest) continue;
                for (var j = 0; j < run.Width; j += Columns)
                {
                    var target = new Target(sums, y0 + r * width + j, bias is null ? null : bias + j, factors is null ? 1f : factors[r], Math.Min(run.Width - j, Columns), run.Add, run.Past);
                    var entry = run.Loops < 0 ? first : first - 1;
                    do
                    {
                        var count = Math.Min(Most, end - entry);
                        for (var k = 0; k < count; k++, entry++)
                        {
                            nint node = entry < first ? run.Loops + r : columns[entry];
                            rows[k] = x + node * width + j;
                            if (TW.By != Order.None) weights[k] = w[TW.By == Order.Row ? entry - starts[0] : TW.By == Order.Edge ? edges[entry] : node];
                        }
                        target.Last = entry == end;
                        Group<TW>(count, rows, weights, target);
                        target.Begun = true;
                    }
                    while (entry < end);
                    if (!target.Direct) target.Finish();
                }
            }
            if (run.Past && Sse.IsSupported) Sse.StoreFence();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Group<TW>(int count, float** rows, float* weights, in Target target) where TW : struct, IWeighing
    {
        switch (count)
        {
            case 0: Abreast<TW, V0>(rows, weights, target); break;
            case 1: Abreast<TW, V1>(rows, weights, target); break;
            case 2: Abreast<TW, V2>(rows, weights, target); break;
            case 3: Abreast<TW, V3>(rows, weights, target); break;
            case 4: Abreast<TW, V4>(rows, weights, target); break;
            case 5: Abreast<TW, V5>(rows, weights, target); break;
            case 6: Abreast<TW, V6>(rows, weights, target); break;
            case 7: Abreast<TW, V7>(rows, weights, target); break;
            case 8: Abreast<TW, V8>(rows, weights, target); break;
        }
    }

    // Conditions on N cost nothing: each number of rows has a loop of its own.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Abreast<TW, N>(float** rows, float* weights, in Target target) where TW : struct, IWeighing where N : struct, ICount
    {
        float* p0 = rows[0], p1 = rows[1], p2 = rows[2], p3 = rows[3], p4 = rows[4], p5 = rows[5], p6 = rows[6], p7 = rows[7];
        TVector w0 = TFloats.Spread(weights[0]), w1 = TFloats.Spread(weights[1]), w2 = TFloats.Spread(weights[2]), w3 = TFloats.Spread(weights[3]), w4 = TFloats.Spread(weights[4]), w5 = TFloats.Spread(weights[5]), w6 = TFloats.Spread(weights[6]), w7 = TFloats.Spread(weights[7]);
        float* sums = target.Sums, to = target.Direct ? target.Y : sums;
        var begun = target.Begun;
        nint j = 0, count = target.Count;
        if (target.Direct && count >= Step)   // vectors of y are then aligned, and with AVX-512 whole cache lines; the first overlaps the second
        {
            var a = begun ? TFloats.Load(sums) : default;
            AddAll<TW, N>(ref a, 0, p0, p1, p2, p3, p4, p5, p6, p7, w0, w1, w2, w3, w4, w5, w6, w7);
            TFloats.Store(a, to);
            j = TFloats.Count - ((nint)to / sizeof(float) & (TFloats.Count - 1));
        }
        var past = target.Past && j > 0;   // where y is aligned
        for (; j <= count - Step; j += Step)
        {
            TVector a = default, b = default;
            if (begun) (a, b) = (TFloats.Load(sums + j), TFloats.Load(sums + j + TFloats.Count));
            AddAll<TW, N>(ref a, j, p0, p1, p2, p3, p4, p5, p6, p7, w0, w1, w2, w3, w4, w5, w6, w7);
            AddAll<TW, N>(ref b, j + TFloats.Count, p0, p1, p2, p3, p4, p5, p6, p7, w0, w1, w2, w3, w4, w5, w6, w7);
            if (past)
            {
                TFloats.StorePast(a, to + j);
                TFloats.StorePast(b, to + j + TFloats.Count);
            }
            else
            {
                TFloats.Store(a, to + j);
                TFloats.Store(b, to + j + TFloats.Count);
            }
        }
        for (; j < count; j += TFloats.Count)   // two vectors at most; the last may reach past the row
        {
            var a = begun ? TFloats.Load(sums + j) : default;
            AddAll<TW, N>(ref a, j, p0, p1, p2, p3, p4, p5, p6, p7, w0, w1, w2, w3, w4, w5, w6, w7);
            if (j + TFloats.Count <= count) TFloats.Store(a, to + j);
            else TFloats.StorePart(a, to + j, (int)(count - j));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void AddAll<TW, N>(ref TVector sum, nint j, float* p0, float* p1, float* p2, float* p3, float* p4, float* p5, float* p6, float* p7, TVector w0, TVector w1, TVector w2, TVector w3, TVector w4, TVector w5, TVector w6, TVector w7) where TW : struct, IWeighing where N : struct, ICount
    {
        if (N.Count > 0) Add<TW>(ref sum, p0, j, w0);
        if (N.Count > 1) Add<TW>(ref sum, p1, j, w1);
        if (N.Count > 2) Add<TW>(ref sum, p2, j, w2);
        if (N.Count > 3) Add<TW>(ref sum, p3, j, w3);
        if (N.Count > 4) Add<TW>(ref sum, p4, j, w4);
        if (N.Count > 5) Add<TW>(ref sum, p5, j, w5);
        if (N.Count > 6) Add<TW>(ref sum, p6, j, w6);
        if (N.Count > 7) Add<TW>(ref sum, p7, j, w7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Add<TW>(ref TVector sum, float* row, nint j, TVector w) where TW : struct, IWeighing
    {
        if (TW.By == Order.None) sum = TFloats.Add(sum, TFloats.Load(row + j));
        else sum = TFloats.MultiplyAdd(w, TFloats.Load(row + j), sum);
    }

    // Columns of a row of y, and their sums so far, which go to y with the last entries.
    private unsafe struct Target(float* sums, float* y, float* bias, float factor, int count, bool add, bool past)
    {
        public readonly float* Sums = sums, Y = y;
        public readonly int Count = count;
        public readonly bool Past = past;
        public bool Begun, Last;

        public readonly bool Direct => Last && bias is null && factor == 1f && !add;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Finish()
        {
            for (var j = 0; j < Count; j += Lanes.Width)
            {
                var sum = Vector256.Load(Sums + j) * factor;
                if (bias is not null) sum += Vector256.Load(bias + j);
                if (add) sum += Vector256.Load(Y + j);
                if (j + Lanes.Width <= Count) sum.Store(Y + j);
                else Lanes.StorePart(sum, ref Y[j], Count - j);
            }
        }
    }
}

/// <summary>What rows abreast of any vectors have in common.</summary>
internal static class RowsAbreast
{
    /// <summary>The narrowest rows, in floats, for which it is the faster one.</summary>
    public const int Least = 512;
}
