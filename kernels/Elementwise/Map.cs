using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>A function of one number and its slope: all that a new elementwise op has to bring.</summary>
/// <typeparam name="TSelf">The struct itself, so that loops over it compile without a call.</typeparam>
/// <remarks>The parameter a is the op's one constant, such as a negative slope; most ignore it. The scalar forms run on GPUs, the vector forms on CPUs.</remarks>
public interface IMap<TSelf> where TSelf : struct, IMap<TSelf>
{
    /// <summary>f(x).</summary>
    static abstract float Value(float x, float a);

    /// <summary>f′(x), given y = f(x) too, from which it is often cheaper.</summary>
    static abstract float Slope(float x, float y, float a);

    /// <summary>f′ where it is the same everywhere, so that backward need not read x and y; otherwise null.</summary>
    static virtual float? ConstantSlope(float a) => null;

    /// <summary>Whether f′ can only be had from x. If not, y may stand in for it, and x need not be kept.</summary>
    static virtual bool SlopeReadsX(float a) => true;

    /// <summary>f of eight numbers.</summary>
    static abstract Vector256<float> Value(Vector256<float> x, float a);

    /// <summary>f′ of eight numbers.</summary>
    static abstract Vector256<float> Slope(Vector256<float> x, Vector256<float> y, float a);
}

/// <summary>y = f(x), element by element. Reads and writes 4 bytes each per element.</summary>
public readonly record struct Map<TOp>(Tensor X, Tensor Y, float A = 0f) : IKernel, IRowLoop where TOp : struct, IMap<TOp>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(X.Count, this, grain: 16_384);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> x = X.Span[first..end];
        var y = Y.Span[first..end];
        var i = 0;
        for (; i <= x.Length - Lanes.Width; i += Lanes.Width) TOp.Value(Lanes.Load(x, i), A).Store(y, i);
        for (; i < x.Length; i++) y[i] = TOp.Value(x[i], A);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(X.Count), X.View, Y.View, A);

    private static void Kernel(Index1D item, ArrayView<float> x, ArrayView<float> y, float a)
    {
        var v = Quad.Load(x, 4 * item);
        Quad.Store(y, 4 * item, new(TOp.Value(v.X, a), TOp.Value(v.Y, a), TOp.Value(v.Z, a), TOp.Value(v.W, a)), accumulate: 0);
    }
}

/// <summary>dx = f′(x) · dy, or added to dx.</summary>
public readonly record struct MapGrad<TOp>(Tensor X, Tensor Y, Tensor DY, Tensor DX, bool Accumulate, float A = 0f) : IKernel, IRowLoop where TOp : struct, IMap<TOp>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(X.Count, this, grain: 16_384);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> x = X.Span[first..end], y = Y.Span[first..end], dy = DY.Span[first..end];
        var dx = DX.Span[first..end];
        var i = 0;
        for (; i <= x.Length - Lanes.Width; i += Lanes.Width)
            (TOp.Slope(Lanes.Load(x, i), Lanes.Load(y, i), A) * Lanes.Load(dy, i)).Store(dx, i, Accumulate);
        for (; i < x.Length; i++)
            dx[i] = (Accumulate ? dx[i] : 0f) + TOp.Slope(x[i], y[i], A) * dy[i];
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(X.Count), X.View, Y.View, DY.View, DX.View, Accumulate ? 1 : 0, A);

    private static void Kernel(Index1D item, ArrayView<float> x, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx, int accumulate, float a)
    {
        Quad v = Quad.Load(x, 4 * item), f = Quad.Load(y, 4 * item);
        var slope = new Quad(TOp.Slope(v.X, f.X, a), TOp.Slope(v.Y, f.Y, a), TOp.Slope(v.Z, f.Z, a), TOp.Slope(v.W, f.W, a));
        Quad.Store(dx, 4 * item, slope * Quad.Load(dy, 4 * item), accumulate);
    }
}
