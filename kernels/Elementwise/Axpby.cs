using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y = a·x + b·y, element by element; with b = 0 the old y is not read, so NaN there does not spread.</summary>
public readonly record struct Axpby(float A, Tensor X, float B, Tensor Y) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Count, this, grain: 16_384);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> x = X.Span[first..end];
        var y = Y.Span[first..end];
        var i = 0;
        for (; i <= x.Length - Lanes.Width; i += Lanes.Width)
            (B == 0f ? Lanes.Load(x, i) * A : Lanes.Load(x, i) * A + Lanes.Load(y, i) * B).Store(y, i);
        for (; i < x.Length; i++) y[i] = B == 0f ? A * x[i] : A * x[i] + B * y[i];
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(Y.Count), A, X.View, B, Y.View);

    private static void Kernel(Index1D item, float a, ArrayView<float> x, float b, ArrayView<float> y)
    {
        var sum = Quad.Load(x, 4 * item) * a;
        if (b != 0f) sum += Quad.Load(y, 4 * item) * b;
        Quad.Store(y, 4 * item, sum, accumulate: 0);
    }
}

/// <summary>y = s·x, or added to y, where s is one number on the device: scaling by a gradient without reading it back.</summary>
public readonly record struct ScaleBy(Tensor S, Tensor X, Tensor Y, bool Accumulate, float Factor = 1f) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Count, this, grain: 16_384);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> x = X.Span[first..end];
        var y = Y.Span[first..end];
        var s = S.Span[0] * Factor;
        var i = 0;
        for (; i <= x.Length - Lanes.Width; i += Lanes.Width) (Lanes.Load(x, i) * s).Store(y, i, Accumulate);
        for (; i < x.Length; i++) y[i] = (Accumulate ? y[i] : 0f) + s * x[i];
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(Y.Count), S.View, X.View, Y.View, Accumulate ? 1 : 0, Factor);

    private static void Kernel(Index1D item, ArrayView<float> s, ArrayView<float> x, ArrayView<float> y, int accumulate, float factor) =>
        Quad.Store(y, 4 * item, Quad.Load(x, 4 * item) * (s[0] * factor), accumulate);
}
