using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[rows[k]] = row, for every k; the rows are listed at most once each.</summary>
public readonly record struct WriteRow(Indices Rows, Tensor Row, Tensor Y) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Rows.Count, this, grain: 1 + 65_536 / (1 + Row.Count));

    void IRowLoop.Rows(int first, int end)
    {
        foreach (var row in Rows.Span[first..end]) Row.Span.CopyTo(Y.Row(row));
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Rows.Count * Row.Count, Rows.View, Row.View, Y.View);

    private static void Kernel(Index1D i, ArrayView<int> rows, ArrayView<float> row, ArrayView<float> y)
    {
        var width = row.IntLength;
        y[rows[i / width] * width + i % width] = row[i % width];
    }
}
