using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[i,j] = x[j,i], or added to y.</summary>
public readonly record struct CopyTransposed(Tensor X, Tensor Y, bool Accumulate = false) : IKernel, IRowLoop
{
    private const int Block = 16;   // columns of y at a time: their lines of x stay in the first cache

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Shape[0], this, grain: 1 + 16_384 / (1 + Y.Shape.RowLength));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> x = X.Span;
        var y = Y.Span;
        int rows = Y.Shape[0], width = Y.Shape.RowLength;
        for (var column = 0; column < width; column += Block)
            for (var i = first; i < end; i++)
                for (var j = column; j < Math.Min(width, column + Block); j++)
                    y[i * width + j] = (Accumulate ? y[i * width + j] : 0f) + x[j * rows + i];
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, X.View, Y.View, Y.Shape[0], Y.Shape.RowLength, Accumulate ? 1 : 0);

    private static void Kernel(Index1D at, ArrayView<float> x, ArrayView<float> y, int rows, int width, int accumulate)
    {
        int i = at / width, j = at % width;
        y[at] = (accumulate != 0 ? y[at] : 0f) + x[j * rows + i];
    }
}
