using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[rows[k]] = values[k], or the one row of values, for every k; the rows are listed at most once each.</summary>
/// <param name="Rows">Which rows of y.</param>
/// <param name="Values">values[k,f], one row for each, or values[f] for all.</param>
/// <param name="Y">Written: the listed rows of y[n,f].</param>
public readonly record struct WriteRows(Indices Rows, Tensor Values, Tensor Y) : IKernel, IRowLoop
{
    private int Width => Y.Shape.RowLength;

    // From one row of values to the next.
    private int Stride => Values.Shape.Rank == 1 ? 0 : Width;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Rows.Count, this, grain: 1 + 65_536 / (1 + Width));

    void IRowLoop.Rows(int first, int end)
    {
        var rows = Rows.Span;
        for (var k = first; k < end; k++) Values.Span.Slice(k * Stride, Width).CopyTo(Y.Row(rows[k]));
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Rows.Count * Width, Rows.View, Values.View, Y.View, Width, Stride);

    private static void Kernel(Index1D i, ArrayView<int> rows, ArrayView<float> values, ArrayView<float> y, int width, int stride) =>
        y[rows[i / width] * width + i % width] = values[i / width * stride + i % width];
}
