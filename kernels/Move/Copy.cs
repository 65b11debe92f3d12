using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[i] = x[i].</summary>
public readonly record struct Copy(Tensor X, Tensor Y) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Count, this, grain: 65_536);

    /// <inheritdoc/>
    public void Rows(int first, int end) => X.Span[first..end].CopyTo(Y.Span[first..end]);

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(Y.Count), X.View, Y.View);

    private static void Kernel(Index1D item, ArrayView<float> x, ArrayView<float> y) => Quad.Store(y, 4 * item, Quad.Load(x, 4 * item), accumulate: 0);
}
