using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[i] = value.</summary>
public readonly record struct Fill(Tensor Y, float Value) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Count, this, grain: 65_536);

    /// <inheritdoc/>
    public void Rows(int first, int end) => Y.Span[first..end].Fill(Value);

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(Y.Count), Y.View, Value);

    private static void Kernel(Index1D item, ArrayView<float> y, float value) => Quad.Store(y, 4 * item, Quad.All(value), accumulate: 0);
}
