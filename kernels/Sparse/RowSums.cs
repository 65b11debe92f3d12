using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>The inner loops of <see cref="SpMM"/> on the CPU: weighted sums of the rows of x that a run of entries points at.</summary>
internal readonly ref struct RowSums
{
    private const int Panel = 8 * Lanes.Width, Half = 4 * Lanes.Width;
    private const int Ahead = 8;   // entries: far enough for memory to answer, near enough for the cache to keep
    private readonly ReadOnlySpan<int> column, edge;
    private readonly ReadOnlySpan<float> x, weight, scale;
    private readonly int heads, share, origin;

    public RowSums(Csr a, Tensor x, Tensor? weight, Tensor? columnScale, int heads)
    {
        column = a.Column.Span;
        this.x = x.Span;
        (Width, this.heads, share) = (x.Shape.RowLength, heads, x.Shape.RowLength / heads);
        if (a.Edge is not null) edge = a.Edge.Span;
        if (weight is not null) this.weight = weight.Span;
        if (columnScale is not null) scale = columnScale.Span;
    }

    /// <summary>Sums with the weights of a run of entries, w[k,h] of entry <paramref name="origin"/> + k.</summary>
    public RowSums(ReadOnlySpan<int> column, ReadOnlySpan<float> x, int width, ReadOnlySpan<float> weight, int heads, int origin)
    {
        this.column = column;
        this.x = x;
        this.weight = weight;
        (Width, this.heads, share, this.origin) = (width, heads, width / heads, origin);
    }

    /// <summary>Floats in one row of x.</summary>
    public int Width { get; }

    /// <summary>y = factor · Σ over the entries from first to end, or added to y.</summary>
    public void Into(Span<float> y, int first, int end, float factor, bool add)
    {
        var run = heads == 1 || share % Lanes.Width == 0 ? Width : share;   // a vector must lie within one head
        for (var from = 0; from < Width; from += run)
        {
            int j = from, stop = from + run;
            if (heads == 1)
            {
                for (; j <= stop - Panel; j += Panel) Eight(y, j, first, end, factor, add);
                for (; j <= stop - Half; j += Half) Four(y, j, first, end, factor, add);
            }
            else for (; j <= stop - Panel; j += Panel) EightHeads(y, j, first, end, factor, add);
            for (; j <= stop - Lanes.Width; j += Lanes.Width) One(y, j, first, end, factor, add);
            if (j < stop) Rest(y[..stop], j, first, end, factor, add);
        }
    }

    private void Eight(Span<float> y, int j, int first, int end, float factor, bool add)
    {
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var entry = first; entry < end; entry++)
        {
            Prefetch(entry, j, 4);
            ref var row = ref Source(entry, j);
            var w = Vector256.Create(Weight(entry, 0));
            a = Add(a, w, ref row, 0);
            b = Add(b, w, ref row, 1);
            c = Add(c, w, ref row, 2);
            d = Add(d, w, ref row, 3);
            e = Add(e, w, ref row, 4);
            f = Add(f, w, ref row, 5);
            g = Add(g, w, ref row, 6);
            h = Add(h, w, ref row, 7);
        }
        Store(a, b, c, d, y, j, factor, add);
        Store(e, f, g, h, y, j + Half, factor, add);
    }

    private void Four(Span<float> y, int j, int first, int end, float factor, bool add)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        for (var entry = first; entry < end; entry++)
        {
            Prefetch(entry, j, 2);
            ref var row = ref Source(entry, j);
            var w = Vector256.Create(Weight(entry, 0));
            a = Add(a, w, ref row, 0);
            b = Add(b, w, ref row, 1);
            c = Add(c, w, ref row, 2);
            d = Add(d, w, ref row, 3);
        }
        Store(a, b, c, d, y, j, factor, add);
    }

    private void EightHeads(Span<float> y, int j, int first, int end, float factor, bool add)
    {
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var entry = first; entry < end; entry++)
        {
            Prefetch(entry, j, 4);
            ref var row = ref Source(entry, j);
            a = Add(a, Vector256.Create(Weight(entry, j / share)), ref row, 0);
            b = Add(b, Vector256.Create(Weight(entry, (j + 8) / share)), ref row, 1);
            c = Add(c, Vector256.Create(Weight(entry, (j + 16) / share)), ref row, 2);
            d = Add(d, Vector256.Create(Weight(entry, (j + 24) / share)), ref row, 3);
            e = Add(e, Vector256.Create(Weight(entry, (j + 32) / share)), ref row, 4);
            f = Add(f, Vector256.Create(Weight(entry, (j + 40) / share)), ref row, 5);
            g = Add(g, Vector256.Create(Weight(entry, (j + 48) / share)), ref row, 6);
            h = Add(h, Vector256.Create(Weight(entry, (j + 56) / share)), ref row, 7);
        }
        Store(a, b, c, d, y, j, factor, add);
        Store(e, f, g, h, y, j + Half, factor, add);
    }

    private void One(Span<float> y, int j, int first, int end, float factor, bool add)
    {
        Vector256<float> a = default;
        var head = j / share;
        for (var entry = first; entry < end; entry++)
        {
            Prefetch(entry, j, 1);
            a = Add(a, Vector256.Create(Weight(entry, head)), ref Source(entry, j), 0);
        }
        (a * factor).Store(y, j, add);
    }

    // The last columns, fewer than a vector. Lanes beyond them hold what follows in x, and are not stored.
    private void Rest(Span<float> y, int j, int first, int end, float factor, bool add)
    {
        Vector256<float> a = default;
        var head = j / share;
        for (var entry = first; entry < end; entry++)
        {
            Prefetch(entry, j, 1);
            a = Vector256.MultiplyAddEstimate(Vector256.Create(Weight(entry, head)), Lanes.LoadUpTo(x, column[entry] * Width + j), a);
        }
        a *= factor;
        for (var k = j; k < y.Length; k++) y[k] = add ? y[k] + a[k - j] : a[k - j];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> sum, Vector256<float> w, ref float row, int vector) =>
        Vector256.MultiplyAddEstimate(w, Vector256.LoadUnsafe(ref row, (nuint)(vector * Lanes.Width)), sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref float Source(int entry, int j) =>
        ref Unsafe.Add(ref MemoryMarshal.GetReference(x), (nint)Unsafe.Add(ref MemoryMarshal.GetReference(column), entry) * Width + j);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Weight(int entry, int head)
    {
        var w = weight.IsEmpty ? 1f : weight[(edge.IsEmpty ? entry - origin : edge[entry]) * heads + head];
        return scale.IsEmpty ? w : w * scale[column[entry]];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe void Prefetch(int entry, int j, int lines)
    {
        if (!Sse.IsSupported || entry + Ahead >= column.Length) return;
        var row = (byte*)Unsafe.AsPointer(ref Source(entry + Ahead, j));
        Sse.Prefetch0(row);
        if (lines > 1) Sse.Prefetch0(row + 64);
        if (lines > 2) Sse.Prefetch0(row + 128);
        if (lines > 2) Sse.Prefetch0(row + 192);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, Span<float> y, int j, float factor, bool add)
    {
        (a * factor).Store(y, j, add);
        (b * factor).Store(y, j + Lanes.Width, add);
        (c * factor).Store(y, j + 2 * Lanes.Width, add);
        (d * factor).Store(y, j + 3 * Lanes.Width, add);
    }
}
