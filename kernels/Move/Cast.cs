using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>A number format of 16 bits: how to widen it to a float, and how to round a float to it.</summary>
/// <typeparam name="TSelf">The struct itself, so that loops over it compile without a call.</typeparam>
/// <remarks>For storage only; all arithmetic is in floats. Rounding is to the nearest, ties to even; too large becomes infinite; NaN stays NaN.</remarks>
public interface IFormat<TSelf> where TSelf : struct, IFormat<TSelf>
{
    /// <summary>The float of the same value.</summary>
    static abstract float Widen(uint bits);

    /// <summary>The 16 bits nearest to a float.</summary>
    static abstract uint Narrow(float x);

    /// <summary>Eight floats.</summary>
    static abstract Vector256<float> Widen(Vector256<uint> bits);

    /// <summary>Eight times 16 bits.</summary>
    static abstract Vector256<uint> Narrow(Vector256<float> x);
}

/// <summary>y = the floats that 16 bits each stand for.</summary>
public readonly record struct Widen<TFormat>(Halves X, Tensor Y) : IKernel, IRowLoop where TFormat : struct, IFormat<TFormat>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Count, this, grain: 16_384);

    /// <inheritdoc/>
    public void Rows(int first, int end) => Run(X.Span[first..end], Y.Span[first..end]);

    /// <summary>Widens x into the beginning of y.</summary>
    internal static void Run(ReadOnlySpan<ushort> x, Span<float> y)
    {
        var i = 0;
        for (; i <= x.Length - Lanes.Width; i += Lanes.Width)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(x[i..]));
            TFormat.Widen(Vector256.Create(low, high)).Store(y, i);
        }
        for (; i < x.Length; i++) y[i] = TFormat.Widen(x[i]);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, X.View, Y.View);

    private static void Kernel(Index1D i, ArrayView<ushort> x, ArrayView<float> y) => y[i] = TFormat.Widen(x[i]);
}

/// <summary>y = the 16 bits nearest to each float.</summary>
public readonly record struct Narrow<TFormat>(Tensor X, Halves Y) : IKernel, IRowLoop where TFormat : struct, IFormat<TFormat>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Count, this, grain: 16_384);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> x = X.Span[first..end];
        var y = Y.Span[first..end];
        var i = 0;
        for (; i <= y.Length - Lanes.Width; i += Lanes.Width)
        {
            var bits = TFormat.Narrow(Lanes.Load(x, i));
            Vector128.Narrow(bits.GetLower(), bits.GetUpper()).CopyTo(y[i..]);
        }
        for (; i < y.Length; i++) y[i] = (ushort)TFormat.Narrow(x[i]);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, X.View, Y.View);

    private static void Kernel(Index1D i, ArrayView<float> x, ArrayView<ushort> y) => y[i] = (ushort)TFormat.Narrow(x[i]);
}
