using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>yᵣ = sᵣ · Σₑ wₑ·t꜀·x꜀ over the entries e = (r, c) of A: sums, means and weighted sums of rows of x, and their gradients on the transpose.</summary>
/// <remarks>
/// Moves 4·f bytes per entry, which random access makes slower than anything computed here.
/// CPU: panels of 64 columns stay in eight registers while the row's entries stream past and rows ahead are prefetched. A row of more than
/// <see cref="LongRow"/> entries is cut there, its parts summed by all threads and added in order: the bits do not depend on their number.
/// GPU: one work item per row and column, columns fastest, so that a warp reads consecutive floats of one row of x.
/// </remarks>
/// <param name="A">The pattern.</param>
/// <param name="X">x[A.Columns, f], or x[A.Columns, h, f] for h heads side by side.</param>
/// <param name="Y">y[A.Rows, f] or y[A.Rows, h, f].</param>
/// <param name="Weight">w[e] or, for h heads, w[e,h], read where A's edge ids say; null for ones.</param>
/// <param name="RowScale">s[A.Rows]; null for ones.</param>
/// <param name="ColumnScale">t[A.Columns]; null for ones.</param>
/// <param name="Accumulate">Whether to add to y.</param>
public readonly record struct SpMM(Csr A, Tensor X, Tensor Y, Tensor? Weight = null, Tensor? RowScale = null, Tensor? ColumnScale = null, bool Accumulate = false)
    : IKernel, IRowLoop
{
    /// <summary>The most entries one thread sums in one go.</summary>
    internal const int LongRow = 16_384;

    private int Heads => Weight?.Shape.RowLength ?? 1;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        cpu.ForRows(A, this);
        if (A.Entries <= LongRow) return;
        for (var row = 0; row < A.Rows; row++)
            if (IsLong(row)) SumLong(cpu, row);
    }

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var sums = new RowSums(A, X, Weight, ColumnScale, Heads);
        ReadOnlySpan<int> start = A.RowStart.Span;
        ReadOnlySpan<float> scale = RowScale is null ? default : RowScale.Span;
        var y = Y.Span;
        for (var row = first; row < end; row++)
            if (!IsLong(row)) sums.Into(y.Slice(row * sums.Width, sums.Width), start[row], start[row + 1], scale.IsEmpty ? 1f : scale[row], Accumulate);
    }

    private bool IsLong(int row) => A.RowStart.Span[row + 1] - A.RowStart.Span[row] > LongRow;

    private void SumLong(CpuDevice cpu, int row)
    {
        int first = A.RowStart.Span[row], end = A.RowStart.Span[row + 1], width = X.Shape.RowLength;
        using var parts = new Tensor(cpu, new Shape((end - first - 1) / LongRow + 1, width));
        cpu.ForRows(parts.Shape[0], new Parts(this, first, end, parts), grain: 1);
        var y = Y.Span.Slice(row * width, width);
        var factor = RowScale is null ? 1f : RowScale.Span[row];
        for (var j = 0; j < width; j++)
        {
            var sum = 0f;
            for (var i = j; i < parts.Count; i += width) sum += parts.Span[i];
            y[j] = (Accumulate ? y[j] : 0f) + factor * sum;
        }
    }

    private readonly record struct Parts(SpMM Of, int First, int End, Tensor Y) : IRowLoop
    {
        public void Rows(int first, int end)
        {
            var sums = new RowSums(Of.A, Of.X, Of.Weight, Of.ColumnScale, Of.Heads);
            for (var part = first; part < end; part++)
                sums.Into(Y.Row(part), First + part * LongRow, Math.Min(End, First + (part + 1) * LongRow), 1f, add: false);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, A.RowStart.View, A.Column.View, (A.Edge ?? A.Column).View, X.View, Y.View,
        (Weight ?? X).View, (RowScale ?? X).View, (ColumnScale ?? X).View, new Form(this));

    internal readonly struct Form(SpMM of)
    {
        public readonly int Width = of.X.Shape.RowLength, Heads = of.Heads, Accumulate = of.Accumulate ? 1 : 0;
        public readonly int HasEdge = of.A.Edge is null ? 0 : 1, HasWeight = of.Weight is null ? 0 : 1;
        public readonly int HasRow = of.RowScale is null ? 0 : 1, HasColumn = of.ColumnScale is null ? 0 : 1;
    }

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge, ArrayView<float> x, ArrayView<float> y,
        ArrayView<float> weight, ArrayView<float> rowScale, ArrayView<float> columnScale, Form form)
    {
        int row = item / form.Width, j = item % form.Width, head = j / (form.Width / form.Heads);
        var sum = 0f;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            var c = column[entry];
            var value = x[c * form.Width + j];
            if (form.HasWeight != 0) value *= weight[(form.HasEdge != 0 ? edge[entry] : entry) * form.Heads + head];
            if (form.HasColumn != 0) value *= columnScale[c];
            sum += value;
        }
        if (form.HasRow != 0) sum *= rowScale[row];
        y[item] = form.Accumulate != 0 ? y[item] + sum : sum;
    }
}
