using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphTune.Kernels;

/// <summary>A vector of floats of one width, so that a loop for several widths is written once.</summary>
internal unsafe interface IFloats<TVector> where TVector : unmanaged
{
    /// <summary>Floats in one vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(TVector x, float* target);

    /// <summary>Stores to memory, past the caches. The target is a multiple of a vector's size.</summary>
    static abstract void StorePast(TVector x, float* target);

    /// <summary>The first <paramref name="count"/> numbers, fewer than a vector has.</summary>
    static abstract void StorePart(TVector x, float* target, int count);

    static abstract TVector Add(TVector x, TVector y);

    static abstract TVector Multiply(TVector x, TVector y);

    /// <summary>The same number in every lane.</summary>
    static abstract TVector Spread(float x);

    /// <summary>x·y + sum, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector sum);

    /// <summary>max(0, x); NaN stays.</summary>
    static abstract TVector Rectify(TVector x);
}

/// <summary>Eight floats: AVX2.</summary>
internal readonly unsafe struct Floats256 : IFloats<Vector256<float>>
{
    public static int Count => Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> x, float* target) => x.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePast(Vector256<float> x, float* target) => x.StoreAlignedNonTemporal(target);

    public static void StorePart(Vector256<float> x, float* target, int count) => Lanes.StorePart(x, ref *target, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> x, Vector256<float> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> x, Vector256<float> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Spread(float x) => Vector256.Create(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> x, Vector256<float> y, Vector256<float> sum) => Vector256.MultiplyAddEstimate(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Rectify(Vector256<float> x) => Relu.Value(x, 0f);
}

/// <summary>Sixteen floats: AVX-512.</summary>
internal readonly unsafe struct Floats512 : IFloats<Vector512<float>>
{
    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> x, float* target) => x.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePast(Vector512<float> x, float* target) => x.StoreAlignedNonTemporal(target);

    public static void StorePart(Vector512<float> x, float* target, int count)
    {
        Lanes.StorePart(x.GetLower(), ref *target, count);
        if (count > Lanes.Width) Lanes.StorePart(x.GetUpper(), ref target[Lanes.Width], count - Lanes.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> x, Vector512<float> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> x, Vector512<float> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Spread(float x) => Vector512.Create(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> x, Vector512<float> y, Vector512<float> sum) => Vector512.MultiplyAddEstimate(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Rectify(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Vector512<float>.Zero, x);
}
