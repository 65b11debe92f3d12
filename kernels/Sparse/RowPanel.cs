using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphTune.Kernels;

/// <summary>The innermost loop of sums of rows on the CPU: up to thirteen vectors of a row of y stay in registers while the rows of x stream past, row of y after row.</summary>
/// <param name="column">Where the rows of x are.</param>
/// <param name="x">The rows.</param>
/// <param name="width">Floats in a row of x and of y.</param>
/// <param name="start">Where the entries of the rows of y begin; one more for the end.</param>
/// <param name="longest">Rows of more entries are left out.</param>
/// <param name="weight">w[k · stride + head] of entry start[0] + k, or as <see cref="IWeighing.By"/> says.</param>
/// <param name="stride">Floats from one entry's weights to the next's.</param>
/// <param name="factor">What each row's sum is multiplied by; empty for 1.</param>
/// <param name="add">Whether to add to y.</param>
internal readonly ref struct RowPanel(ReadOnlySpan<int> column, ReadOnlySpan<float> x, int width, ReadOnlySpan<int> start, int longest, ReadOnlySpan<float> weight, int stride, ReadOnlySpan<float> factor, bool add)
{
    /// <summary>The most vectors of a row that are summed at a time.</summary>
    public const int Most = 13;

    private readonly int ahead = width > Most * Lanes.Width ? 4 : 8;   // entries: far enough for memory to answer, near enough for the cache to keep
    private readonly ReadOnlySpan<int> column = column, start = start;
    private readonly ReadOnlySpan<float> x = x, weight = weight, factor = factor;

    /// <summary>Which value each entry has for its weight, where weights are not in order.</summary>
    public ReadOnlySpan<int> Edge { get; init; }

    /// <summary>Added to every row after its factor; empty for none.</summary>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <summary>The number of the first row, where each row of x is an entry of its own row of y, before the others; −1 for none.</summary>
    public int Loops { get; init; } = -1;

    /// <summary>Sums <paramref name="vectors"/> vectors of each row from column j on, but not past column <paramref name="stop"/>.</summary>
    public void Sum<TWeighing>(int vectors, Span<float> y, int j, int stop) where TWeighing : struct, IWeighing
    {
        switch (vectors)
        {
            case 1: Rows<TWeighing, V1>(y, j, stop); break;
            case 2: Rows<TWeighing, V2>(y, j, stop); break;
            case 3: Rows<TWeighing, V3>(y, j, stop); break;
            case 4: Rows<TWeighing, V4>(y, j, stop); break;
            case 5: Rows<TWeighing, V5>(y, j, stop); break;
            case 6: Rows<TWeighing, V6>(y, j, stop); break;
            case 7: Rows<TWeighing, V7>(y, j, stop); break;
            case 8: Rows<TWeighing, V8>(y, j, stop); break;
            case 9: Rows<TWeighing, V9>(y, j, stop); break;
            case 10: Rows<TWeighing, V10>(y, j, stop); break;
            case 11: Rows<TWeighing, V11>(y, j, stop); break;
            case 12: Rows<TWeighing, V12>(y, j, stop); break;
            case 13: Rows<TWeighing, V13>(y, j, stop); break;
        }
    }

    private void Rows<TW, T>(Span<float> y, int j, int stop) where TW : struct, IWeighing where T : struct, ICount
    {
        for (var row = 0; row < start.Length - 1; row++)
        {
            int first = start[row], end = start[row + 1];
            if (end - first <= longest) Row<TW, T>(first, end, factor.IsEmpty ? 1f : factor[row], y.Slice(row * width, stop), j, Loops < 0 ? -1 : Loops + row);
        }
    }

    // Conditions on constants of T cost nothing: each T has a loop of its own. The last vector may reach past the end of x.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Row<TW, T>(int first, int end, float by, Span<float> y, int j, int own) where TW : struct, IWeighing where T : struct, ICount
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default, s12 = default;
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), j);
        ref var c = ref MemoryMarshal.GetReference(column);
        ref var w = ref Unsafe.Add(ref MemoryMarshal.GetReference(weight), (TW.By == Order.Row ? (first - start[0]) * (nint)stride : 0) + (TW.VectorsPerHead > 0 ? j / (TW.VectorsPerHead * Lanes.Width) : 0));
        nint row = width, safe = x.Length - j - T.Count * Lanes.Width;
        int some = column.Length - ahead, step = stride;
        for (var entry = own < 0 ? first : first - 1; entry < end; entry++)
        {
            if (entry < some) Prefetch<T>(ref Unsafe.Add(ref source, Unsafe.Add(ref c, entry + ahead) * row));
            nint node = entry < first ? own : Unsafe.Add(ref c, entry), at = node * row;
            if (TW.By == Order.Column) w = ref Unsafe.Add(ref MemoryMarshal.GetReference(weight), node);
            if (TW.By == Order.Edge) w = ref Unsafe.Add(ref MemoryMarshal.GetReference(weight), Unsafe.Add(ref MemoryMarshal.GetReference(Edge), entry));
            ref var p = ref Unsafe.Add(ref source, at);
            if (T.Count > 1) s0 = Add<TW>(s0, ref p, ref w, 0);
            if (T.Count > 2) s1 = Add<TW>(s1, ref p, ref w, 1);
            if (T.Count > 3) s2 = Add<TW>(s2, ref p, ref w, 2);
            if (T.Count > 4) s3 = Add<TW>(s3, ref p, ref w, 3);
            if (T.Count > 5) s4 = Add<TW>(s4, ref p, ref w, 4);
            if (T.Count > 6) s5 = Add<TW>(s5, ref p, ref w, 5);
            if (T.Count > 7) s6 = Add<TW>(s6, ref p, ref w, 6);
            if (T.Count > 8) s7 = Add<TW>(s7, ref p, ref w, 7);
            if (T.Count > 9) s8 = Add<TW>(s8, ref p, ref w, 8);
            if (T.Count > 10) s9 = Add<TW>(s9, ref p, ref w, 9);
            if (T.Count > 11) s10 = Add<TW>(s10, ref p, ref w, 10);
            if (T.Count > 12) s11 = Add<TW>(s11, ref p, ref w, 11);
            var tail = at <= safe ? Vector256.LoadUnsafe(ref p, (nuint)((T.Count - 1) * Lanes.Width)) : LoadEnd(at + j + (T.Count - 1) * Lanes.Width);
            s12 = TW.By == Order.None ? s12 + tail : Vector256.MultiplyAddEstimate(Vector256.Create(WeightOf<TW>(ref w, T.Count - 1)), tail, s12);
            if (TW.By == Order.Row) w = ref Unsafe.Add(ref w, step);
        }
        Store<T>(y, j, by, s0, s1, s2, s3, s4, s5);
        StoreMore<T>(y, j, by, s6, s7, s8, s9, s10, s11);
        Finish(Biased(s12 * by, j + (T.Count - 1) * Lanes.Width), y, j + (T.Count - 1) * Lanes.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add<TW>(Vector256<float> sum, ref float row, ref float w, int v) where TW : struct, IWeighing
    {
        var value = Vector256.LoadUnsafe(ref row, (nuint)(v * Lanes.Width));
        return TW.By == Order.None ? sum + value : Vector256.MultiplyAddEstimate(Vector256.Create(WeightOf<TW>(ref w, v)), value, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float WeightOf<TW>(ref float w, int v) where TW : struct, IWeighing => TW.VectorsPerHead > 0 ? Unsafe.Add(ref w, v / TW.VectorsPerHead) : w;

    private Vector256<float> LoadEnd(nint at) => Lanes.LoadUpTo(x, (int)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch<T>(ref float row) where T : struct, ICount
    {
        if (!Sse.IsSupported) return;
        var line = (byte*)Unsafe.AsPointer(ref row);
        Sse.Prefetch0(line);
        if (T.Count > 2) Sse.Prefetch0(line + 64);
        if (T.Count > 4) Sse.Prefetch0(line + 128);
        if (T.Count > 6) Sse.Prefetch0(line + 192);
        if (T.Count > 8) Sse.Prefetch0(line + 256);
        if (T.Count > 10) Sse.Prefetch0(line + 320);
        if (T.Count > 12) Sse.Prefetch0(line + 384);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store<T>(Span<float> y, int j, float by, Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, Vector256<float> e, Vector256<float> f) where T : struct, ICount
    {
        if (T.Count > 1) Store(a * by, y, j);
        if (T.Count > 2) Store(b * by, y, j + Lanes.Width);
        if (T.Count > 3) Store(c * by, y, j + 2 * Lanes.Width);
        if (T.Count > 4) Store(d * by, y, j + 3 * Lanes.Width);
        if (T.Count > 5) Store(e * by, y, j + 4 * Lanes.Width);
        if (T.Count > 6) Store(f * by, y, j + 5 * Lanes.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StoreMore<T>(Span<float> y, int j, float by, Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, Vector256<float> e, Vector256<float> f) where T : struct, ICount
    {
        if (T.Count > 7) Store(a * by, y, j + 6 * Lanes.Width);
        if (T.Count > 8) Store(b * by, y, j + 7 * Lanes.Width);
        if (T.Count > 9) Store(c * by, y, j + 8 * Lanes.Width);
        if (T.Count > 10) Store(d * by, y, j + 9 * Lanes.Width);
        if (T.Count > 11) Store(e * by, y, j + 10 * Lanes.Width);
        if (T.Count > 12) Store(f * by, y, j + 11 * Lanes.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(Vector256<float> sum, Span<float> y, int j) => (Bias.IsEmpty ? sum : sum + Lanes.Load(Bias, j)).Store(y, j, add);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Biased(Vector256<float> sum, int j) => Bias.IsEmpty ? sum : sum + Lanes.LoadUpTo(Bias, j);

    private void Finish(Vector256<float> sum, Span<float> y, int j)
    {
        if (j <= y.Length - Lanes.Width) sum.Store(y, j, add);
        else for (var k = j; k < y.Length; k++) y[k] = add ? y[k] + sum[k - j] : sum[k - j];
    }

    private interface ICount
    {
        static abstract int Count { get; }
    }

    private readonly struct V1 : ICount { public static int Count => 1; }
    private readonly struct V2 : ICount { public static int Count => 2; }
    private readonly struct V3 : ICount { public static int Count => 3; }
    private readonly struct V4 : ICount { public static int Count => 4; }
    private readonly struct V5 : ICount { public static int Count => 5; }
    private readonly struct V6 : ICount { public static int Count => 6; }
    private readonly struct V7 : ICount { public static int Count => 7; }
    private readonly struct V8 : ICount { public static int Count => 8; }
    private readonly struct V9 : ICount { public static int Count => 9; }
    private readonly struct V10 : ICount { public static int Count => 10; }
    private readonly struct V11 : ICount { public static int Count => 11; }
    private readonly struct V12 : ICount { public static int Count => 12; }
    private readonly struct V13 : ICount { public static int Count => 13; }
}
