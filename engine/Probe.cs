using ILGPU;

namespace GraphTune.Engine;

/// <summary>y[k] = x[index[k]], row by row: moves numbers at random, to measure how fast a device does.</summary>
internal readonly record struct Probe(Tensor X, Indices Index, Tensor Y) : IKernel, IRowLoop
{
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Index.Count, this, grain: 256);

    public void Rows(int first, int end)
    {
        for (var k = first; k < end; k++) X.Row(Index.Span[k]).CopyTo(Y.Row(k));
    }

    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, X.View, Index.View, Y.View, X.Shape.RowLength);

    private static void Kernel(Index1D item, ArrayView<float> x, ArrayView<int> index, ArrayView<float> y, int width) => y[item] = x[index[item / width] * width + item % width];
}
