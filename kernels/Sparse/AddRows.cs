using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[rows[m]] += Σ x[k] over the entries k of row m of A: adds sums of rows to a few rows of a large tensor, whose others stay.</summary>
/// <param name="A">Row m lists the rows of x that are added to y[rows[m]].</param>
/// <param name="Rows">The rows of y, each at most once.</param>
/// <param name="X">x[A.Columns, f].</param>
/// <param name="Y">y[n, f].</param>
public readonly record struct AddRows(Csr A, Indices Rows, Tensor X, Tensor Y) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(A, this, grain: 1024);

    void IRowLoop.Rows(int first, int end)
    {
        var sums = new RowSums(A, X, weight: null, columnScale: null, heads: 1, room: default);
        ReadOnlySpan<int> start = A.RowStart.Span, rows = Rows.Span;
        var y = Y.Span;
        for (var m = first; m < end; m++) sums.Into(y.Slice(rows[m] * sums.Width, sums.Width), start[m], start[m + 1], 1f, add: true);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, A.Rows * X.Shape.RowLength, A.RowStart.View, A.Column.View, Rows.View, X.View, Y.View, X.Shape.RowLength);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<int> rows, ArrayView<float> x, ArrayView<float> y, int width)
    {
        int m = item / width, j = item % width;
        var sum = 0f;
        for (var p = start[m]; p < start[m + 1]; p++) sum += x[column[p] * width + j];
        y[rows[m] * width + j] += sum;
    }
}
