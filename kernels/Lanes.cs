using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphTune.Kernels;

/// <summary>Eight floats at a time, for CPU twins: loads and stores by offset, without bounds checks.</summary>
/// <remarks>Callers keep <c>offset + 8</c> within the span. Without AVX2 the runtime splits each vector in two, with the same results.</remarks>
internal static class Lanes
{
    /// <summary>Floats in one vector.</summary>
    public const int Width = 8;

    /// <summary>The eight floats from <paramref name="offset"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(ReadOnlySpan<float> x, int offset) => Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(x), (nuint)offset);

    /// <summary>The eight floats from <paramref name="offset"/> on of a tensor's memory; what lies in the lanes beyond its end means nothing.</summary>
    /// <remarks>For loops that keep vectors in registers: a call, even one never made, would have the compiler keep them in memory.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadPast(ReadOnlySpan<float> tensor, int offset) => Load(tensor, offset);

    /// <summary>The floats from <paramref name="offset"/> on, up to eight; zeros in the lanes beyond the end of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadUpTo(ReadOnlySpan<float> x, int offset) => offset <= x.Length - Width ? Load(x, offset) : LoadEnd(x, offset);

    private static Vector256<float> LoadEnd(ReadOnlySpan<float> x, int offset)
    {
        Span<float> lanes = stackalloc float[Width];
        lanes.Clear();
        x[offset..].CopyTo(lanes);
        return Load(lanes, 0);
    }

    /// <summary>Writes the first <paramref name="count"/> lanes, all eight if it is larger.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpTo(this Vector256<float> value, Span<float> y, int offset, int count)
    {
        if (count >= Width) value.Store(y, offset);
        else StorePart(value, ref Unsafe.Add(ref MemoryMarshal.GetReference(y), offset), count);
    }

    /// <summary>Writes the first <paramref name="count"/> lanes, all eight if it is larger.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StorePart(Vector256<float> value, ref float y, int count)
    {
        if (count >= Width)
        {
            value.StoreUnsafe(ref y);
            return;
        }
        var half = value.GetLower();
        if ((count & 4) != 0)
        {
            half.StoreUnsafe(ref y);
            half = value.GetUpper();
            y = ref Unsafe.Add(ref y, 4);
        }
        if ((count & 2) != 0)
        {
            half.GetLower().StoreUnsafe(ref y);
            half = Vector128.Create(half.GetUpper(), half.GetUpper());
            y = ref Unsafe.Add(ref y, 2);
        }
        if ((count & 1) != 0) y = half.ToScalar();
    }

    /// <summary>Writes eight floats from <paramref name="offset"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(this Vector256<float> value, Span<float> y, int offset) => value.StoreUnsafe(ref MemoryMarshal.GetReference(y), (nuint)offset);

    /// <summary>Writes or adds eight floats, by the kernel's accumulate flag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(this Vector256<float> value, Span<float> y, int offset, bool accumulate) =>
        (accumulate ? Load(y, offset) + value : value).Store(y, offset);

    /// <summary>The sum of all elements: 32 partial sums, whose order depends on the length alone.</summary>
    public static float Sum(ReadOnlySpan<float> x)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        var i = 0;
        for (; i <= x.Length - 4 * Width; i += 4 * Width)
        {
            a += Load(x, i);
            b += Load(x, i + Width);
            c += Load(x, i + 2 * Width);
            d += Load(x, i + 3 * Width);
        }
        for (; i <= x.Length - Width; i += Width) a += Load(x, i);
        var sum = Vector256.Sum(a + b + (c + d));
        for (; i < x.Length; i++) sum += x[i];
        return sum;
    }

    /// <summary>Σ x·y: 16 partial sums, whose order depends on the length alone.</summary>
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Vector256<float> a = default, b = default;
        var i = 0;
        for (; i <= x.Length - 2 * Width; i += 2 * Width)
        {
            a = Vector256.MultiplyAddEstimate(Load(x, i), Load(y, i), a);
            b = Vector256.MultiplyAddEstimate(Load(x, i + Width), Load(y, i + Width), b);
        }
        if (i <= x.Length - Width)
        {
            a = Vector256.MultiplyAddEstimate(Load(x, i), Load(y, i), a);
            i += Width;
        }
        var sum = Vector256.Sum(a + b);
        for (; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    /// <summary>y += x, element by element.</summary>
    public static void Add(ReadOnlySpan<float> x, Span<float> y)
    {
        var i = 0;
        for (; i <= y.Length - Width; i += Width) Load(x, i).Store(y, i, accumulate: true);
        for (; i < y.Length; i++) y[i] += x[i];
    }

    /// <summary>Σ (x − mean)², in one order that depends on the length alone.</summary>
    public static float SumSquares(ReadOnlySpan<float> x, float mean)
    {
        Vector256<float> even = default, odd = default;
        for (var i = 0; i < x.Length; i += 2 * Width)
        {
            var d = Load(x, i, mean) - Vector256.Create(mean);
            even += d * d;
            if (i + Width >= x.Length) break;
            d = Load(x, i + Width, mean) - Vector256.Create(mean);
            odd += d * d;
        }
        return Vector256.Sum(even + odd);
    }

    /// <summary>The floats from <paramref name="offset"/> on, eight of them or as many as there are; the other lanes hold <paramref name="rest"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(ReadOnlySpan<float> x, int offset, float rest) =>
        offset + Width <= x.Length ? Load(x, offset) : Part(x[offset..], rest);

    /// <summary>Writes or adds as many of the eight floats as there is room for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFitting(this Vector256<float> value, Span<float> y, int offset, bool accumulate = false)
    {
        if (offset + Width <= y.Length) value.Store(y, offset, accumulate);
        else StorePart(value, y[offset..], accumulate);
    }

    private static Vector256<float> Part(ReadOnlySpan<float> x, float rest)
    {
        Span<float> lanes = stackalloc float[Width];
        lanes.Fill(rest);
        x.CopyTo(lanes);
        return Load(lanes, 0);
    }

    private static void StorePart(Vector256<float> value, Span<float> y, bool accumulate)
    {
        Span<float> lanes = stackalloc float[Width];
        value.Store(lanes, 0);
        for (var i = 0; i < y.Length; i++) y[i] = (accumulate ? y[i] : 0f) + lanes[i];
    }

    /// <summary>eˣ within 2 units in the last place (Cody and Waite's reduction, a polynomial of degree 6): 0 below −87.3, ∞ above 88.7, NaN of NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        const float Lowest = -87.33654f, Highest = 88.72283f, LogTwoHigh = 0.693359375f, LogTwoLow = -2.12194440e-4f;
        var inside = Vector256.MinNative(Vector256.MaxNative(x, Vector256.Create(Lowest)), Vector256.Create(Highest));
        var power = Vector256.Round(inside * 1.44269504f);
        var r = Vector256.MultiplyAddEstimate(power, Vector256.Create(-LogTwoHigh), inside);
        r = Vector256.MultiplyAddEstimate(power, Vector256.Create(-LogTwoLow), r);
        var p = Vector256.MultiplyAddEstimate(Vector256.Create(1.9875691500e-4f), r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.5f));
        p = Vector256.MultiplyAddEstimate(p, r * r, r + Vector256<float>.One);
        // 2ⁿ in two factors, since n may be 128.
        var half = Vector256.ConvertToInt32Native(power) >> 1;
        var other = Vector256.ConvertToInt32Native(power) - half;
        var y = p * ((half + Vector256.Create(127)) << 23).AsSingle() * ((other + Vector256.Create(127)) << 23).AsSingle();
        y = Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x, Vector256.Create(Highest)), y, x + Vector256.Create(float.PositiveInfinity));
        return Vector256.AndNot(y, Vector256.LessThan(x, Vector256.Create(Lowest)));
    }

    /// <summary>Rows turned to columns, four by four: of rows a, b, c, d columns 0 and 4, 1 and 5, 2 and 6, 3 and 7. Needs AVX.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>) Quarters(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        var (ab, cd) = (Avx.UnpackLow(a, b).AsDouble(), Avx.UnpackLow(c, d).AsDouble());
        var (abHigh, cdHigh) = (Avx.UnpackHigh(a, b).AsDouble(), Avx.UnpackHigh(c, d).AsDouble());
        return (Avx.UnpackLow(ab, cd).AsSingle(), Avx.UnpackHigh(ab, cd).AsSingle(), Avx.UnpackLow(abHigh, cdHigh).AsSingle(), Avx.UnpackHigh(abHigh, cdHigh).AsSingle());
    }

    /// <summary>y = by·y.</summary>
    public static void Scale(Span<float> y, float by)
    {
        var i = 0;
        for (; i <= y.Length - Width; i += Width) (Load(y, i) * by).Store(y, i);
        for (; i < y.Length; i++) y[i] *= by;
    }

    /// <summary>y = y + by·x.</summary>
    public static void AddScaled(float by, ReadOnlySpan<float> x, Span<float> y)
    {
        var i = 0;
        for (; i <= y.Length - Width; i += Width) (Load(y, i) + Load(x, i) * by).Store(y, i);
        for (; i < y.Length; i++) y[i] += by * x[i];
    }
}
