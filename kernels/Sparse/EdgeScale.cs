using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[e] = w[e]·s[r]·t[c] for each entry e = (r, c) of A, or added to y: the weights of a normalised adjacency matrix.</summary>
/// <param name="A">The pattern; entry p's value lies at p (A has no edge ids of its own).</param>
/// <param name="W">w[e].</param>
/// <param name="RowScale">s[A.Rows]; null for ones.</param>
/// <param name="ColumnScale">t[A.Columns]; null for ones.</param>
/// <param name="Y">y[e].</param>
/// <param name="Accumulate">Whether to add to y.</param>
public readonly record struct EdgeScale(Csr A, Tensor W, Tensor? RowScale, Tensor? ColumnScale, Tensor Y, bool Accumulate = false) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(A, this);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = A.RowStart.Span, column = A.Column.Span;
        ReadOnlySpan<float> w = W.Span, s = RowScale is null ? default : RowScale.Span, t = ColumnScale is null ? default : ColumnScale.Span;
        var y = Y.Span;
        for (var row = first; row < end; row++)
        {
            var own = s.IsEmpty ? 1f : s[row];
            for (var e = start[row]; e < start[row + 1]; e++)
            {
                var value = w[e] * own * (t.IsEmpty ? 1f : t[column[e]]);
                y[e] = Accumulate ? y[e] + value : value;
            }
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, A.Entries, A.RowStart.View, A.Column.View, W.View, (RowScale ?? W).View, RowScale is null ? 0 : 1,
        (ColumnScale ?? W).View, ColumnScale is null ? 0 : 1, Y.View, Accumulate ? 1 : 0);

    private static void Kernel(Index1D e, ArrayView<int> start, ArrayView<int> column, ArrayView<float> w, ArrayView<float> s, int hasRow,
        ArrayView<float> t, int hasColumn, ArrayView<float> y, int accumulate)
    {
        var value = w[e] * (hasRow != 0 ? s[Bisect.RowOf(e, start)] : 1f) * (hasColumn != 0 ? t[column[e]] : 1f);
        y[e] = accumulate != 0 ? y[e] + value : value;
    }
}

/// <summary>y[r] = Σ g[e]·w[e]·t[c] over the entries e = (r, c) of A, or added to y: the gradient of <see cref="EdgeScale"/> at one of its ends.</summary>
/// <param name="A">The pattern; its edge ids say where g and w lie.</param>
/// <param name="G">g[e].</param>
/// <param name="W">w[e].</param>
/// <param name="ColumnScale">t[A.Columns]; null for ones.</param>
/// <param name="Y">y[A.Rows].</param>
/// <param name="Accumulate">Whether to add to y.</param>
public readonly record struct EdgeDot(Csr A, Tensor G, Tensor W, Tensor? ColumnScale, Tensor Y, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(A, this);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = A.RowStart.Span, column = A.Column.Span, edge = A.Edge is null ? default : A.Edge.Span;
        ReadOnlySpan<float> g = G.Span, w = W.Span, t = ColumnScale is null ? default : ColumnScale.Span;
        var y = Y.Span;
        for (var row = first; row < end; row++)
        {
            var sum = 0f;
            for (var p = start[row]; p < start[row + 1]; p++)
            {
                var e = edge.IsEmpty ? p : edge[p];
                sum += g[e] * w[e] * (t.IsEmpty ? 1f : t[column[p]]);
            }
            y[row] = Accumulate ? y[row] + sum : sum;
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, A.Rows, A.RowStart.View, A.Column.View, (A.Edge ?? A.Column).View, A.Edge is null ? 0 : 1,
        G.View, W.View, (ColumnScale ?? W).View, ColumnScale is null ? 0 : 1, Y.View, Accumulate ? 1 : 0);

    private static void Kernel(Index1D row, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge, int hasEdge, ArrayView<float> g,
        ArrayView<float> w, ArrayView<float> t, int hasColumn, ArrayView<float> y, int accumulate)
    {
        var sum = 0f;
        for (var p = start[row]; p < start[row + 1]; p++)
        {
            var e = hasEdge != 0 ? edge[p] : p;
            sum += g[e] * w[e] * (hasColumn != 0 ? t[column[p]] : 1f);
        }
        y[row] = accumulate != 0 ? y[row] + sum : sum;
    }
}
