using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>A function of two numbers and its two slopes: all that a new binary elementwise op has to bring.</summary>
/// <typeparam name="TSelf">The struct itself, so that loops over it compile without a call.</typeparam>
/// <remarks>The scalar forms run on GPUs, the vector forms on CPUs.</remarks>
public interface IZip<TSelf> where TSelf : struct, IZip<TSelf>
{
    /// <summary>f(a, b).</summary>
    static abstract float Value(float a, float b);

    /// <summary>∂f/∂a.</summary>
    static abstract float SlopeA(float a, float b);

    /// <summary>∂f/∂b.</summary>
    static abstract float SlopeB(float a, float b);

    /// <summary>f of eight pairs.</summary>
    static abstract Vector256<float> Value(Vector256<float> a, Vector256<float> b);

    /// <summary>∂f/∂a of eight pairs.</summary>
    static abstract Vector256<float> SlopeA(Vector256<float> a, Vector256<float> b);

    /// <summary>∂f/∂b of eight pairs.</summary>
    static abstract Vector256<float> SlopeB(Vector256<float> a, Vector256<float> b);

    /// <summary>∂f/∂a where it is the same everywhere, so that backward need not read a and b; otherwise null.</summary>
    static virtual float? ConstantSlopeA => null;

    /// <summary>∂f/∂b where it is the same everywhere; otherwise null.</summary>
    static virtual float? ConstantSlopeB => null;
}

/// <summary>y = f(a, b), element by element, where b may be smaller than a.</summary>
/// <param name="A">The operand of full shape.</param>
/// <param name="B">Of a's count; or one row, which meets every row of a; or, with <paramref name="PerRow"/>, one number for each row of a.</param>
/// <param name="Y">Shaped like a.</param>
/// <param name="PerRow">Whether b holds one number a row; the rows are then a's elements in equal shares.</param>
public readonly record struct Zip<TOp>(Tensor A, Tensor B, Tensor Y, bool PerRow = false) : IKernel, IRowLoop where TOp : struct, IZip<TOp>
{
    private const int Narrow = 1024;   // a row of b so short that its beginning is laid out behind its end, rather than a cut made for each row of a

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(A.Count, this, grain: 16_384);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        if (!PerRow && B.Count < Math.Min(Narrow, A.Count))
        {
            Repeated(A.Span[first..end], B.Span, Y.Span[first..end], first % B.Count);
            return;
        }
        var spread = new Spread(A, B, PerRow);
        foreach (var (at, stop) in spread.Pieces(first, end)) Piece(A.Span[at..stop], spread.Other(at, stop), Y.Span[at..stop]);
    }

    [SkipLocalsInit]   // what is read of the ring is written first
    private static void Repeated(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, int column)
    {
        Span<float> ring = stackalloc float[Narrow + Lanes.Width];
        b.CopyTo(ring);
        for (var j = 0; j < Lanes.Width; j++) ring[b.Length + j] = ring[j];
        int i = 0, step = Lanes.Width % b.Length;
        for (; i <= y.Length - Lanes.Width; i += Lanes.Width)
        {
            TOp.Value(Lanes.Load(a, i), Lanes.Load(ring, column)).Store(y, i);
            column += step;
            if (column >= b.Length) column -= b.Length;
        }
        for (var j = 0; i < y.Length; i++, j++) y[i] = TOp.Value(a[i], ring[column + j]);
    }

    private void Piece(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        var i = 0;
        for (; i <= y.Length - Lanes.Width; i += Lanes.Width) TOp.Value(Lanes.Load(a, i), Spread.Load(b, i, PerRow)).Store(y, i);
        for (; i < y.Length; i++) y[i] = TOp.Value(a[i], b[PerRow ? 0 : i]);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(A.Count), A.View, B.View, Y.View, new Spread(A, B, PerRow).Width, PerRow ? 1 : 0);

    private static void Kernel(Index1D item, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y, int width, int perRow)
    {
        Quad v = Quad.Load(a, 4 * item), o = Spread.Load(b, 4 * item, width, perRow);
        Quad.Store(y, 4 * item, new(TOp.Value(v.X, o.X), TOp.Value(v.Y, o.Y), TOp.Value(v.Z, o.Z), TOp.Value(v.W, o.W)), accumulate: 0);
    }
}

/// <summary>d = ∂f/∂a · dy, or ∂f/∂b · dy, element by element over a's shape; or added to d.</summary>
public readonly record struct ZipGrad<TOp>(Tensor A, Tensor B, Tensor DY, Tensor D, bool OfB, bool PerRow, bool Accumulate) : IKernel, IRowLoop where TOp : struct, IZip<TOp>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(A.Count, this, grain: 16_384);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var spread = new Spread(A, B, PerRow);
        foreach (var (at, stop) in spread.Pieces(first, end)) Piece(A.Span[at..stop], spread.Other(at, stop), DY.Span[at..stop], D.Span[at..stop]);
    }

    private void Piece(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> dy, Span<float> d)
    {
        var i = 0;
        for (; i <= d.Length - Lanes.Width; i += Lanes.Width)
            (Slope(Lanes.Load(a, i), Spread.Load(b, i, PerRow)) * Lanes.Load(dy, i)).Store(d, i, Accumulate);
        for (; i < d.Length; i++)
        {
            var other = b[PerRow ? 0 : i];
            d[i] = (Accumulate ? d[i] : 0f) + (OfB ? TOp.SlopeB(a[i], other) : TOp.SlopeA(a[i], other)) * dy[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Slope(Vector256<float> a, Vector256<float> b) => OfB ? TOp.SlopeB(a, b) : TOp.SlopeA(a, b);

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(A.Count), A.View, B.View, DY.View, D.View,
        OfB ? 1 : 0, new Spread(A, B, PerRow).Width, PerRow ? 1 : 0, Accumulate ? 1 : 0);

    private static void Kernel(Index1D item, ArrayView<float> a, ArrayView<float> b, ArrayView<float> dy, ArrayView<float> d, int ofB, int width, int perRow, int accumulate)
    {
        Quad v = Quad.Load(a, 4 * item), o = Spread.Load(b, 4 * item, width, perRow);
        var slope = new Quad(Slope(v.X, o.X, ofB), Slope(v.Y, o.Y, ofB), Slope(v.Z, o.Z, ofB), Slope(v.W, o.W, ofB));
        Quad.Store(d, 4 * item, slope * Quad.Load(dy, 4 * item), accumulate);
    }

    private static float Slope(float a, float b, int ofB) => ofB != 0 ? TOp.SlopeB(a, b) : TOp.SlopeA(a, b);
}
