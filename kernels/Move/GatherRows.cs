using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[k] = x[index[k]], row by row.</summary>
/// <remarks>Moves 8 bytes a number. Its gradient is <see cref="SpMM"/> over the inverse of the index.</remarks>
/// <param name="X">x[n, f].</param>
/// <param name="Index">Numbers of rows of x.</param>
/// <param name="Y">y[m, f], one row for each number.</param>
public readonly record struct GatherRows(Tensor X, Indices Index, Tensor Y) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Index.Count, this, grain: 1 + 16_384 / Math.Max(1, X.Shape.RowLength));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> index = Index.Span;
        ReadOnlySpan<float> x = X.Span;
        var y = Y.Span;
        var width = X.Shape.RowLength;
        for (var k = first; k < end; k++) x.Slice(index[k] * width, width).CopyTo(y.Slice(k * width, width));
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(Index.Count, X.Shape.RowLength), X.View, Index.View, Y.View, X.Shape.RowLength);

    private static void Kernel(Index1D item, ArrayView<float> x, ArrayView<int> index, ArrayView<float> y, int width)
    {
        var at = new QuadOfRow(item, width);
        Quad.Store(y, at.Row * width + at.Column, Quad.Load(x, index[at.Row] * width + at.Column, at.Some), 0, at.Some);
    }
}
