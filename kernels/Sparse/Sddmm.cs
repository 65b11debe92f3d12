using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[e,h] = sᵣ·t꜀ · ⟨lᵣ, x꜀⟩ over head h's features, for each entry e = (r, c) of A; or added to y: the gradient of the weights of <see cref="SpMM"/>.</summary>
/// <remarks>
/// Moves 4·f bytes per entry. CPU: one thread takes a run of entries, so that lᵣ stays in the cache and a hub is shared. GPU: one thread per
/// entry and head, which finds its row by bisection and loads 128 bits at a time.
/// </remarks>
/// <param name="A">The pattern.</param>
/// <param name="L">l[A.Rows, f], or l[A.Rows, h, f].</param>
/// <param name="X">x[A.Columns, f], or x[A.Columns, h, f].</param>
/// <param name="Y">y[e] or y[e,h], written where A's edge ids say.</param>
/// <param name="RowScale">s[A.Rows]; null for ones.</param>
/// <param name="ColumnScale">t[A.Columns]; null for ones.</param>
/// <param name="Accumulate">Whether to add to y.</param>
public readonly record struct Sddmm(Csr A, Tensor L, Tensor X, Tensor Y, Tensor? RowScale, Tensor? ColumnScale, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(A.Entries, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = A.RowStart.Span, column = A.Column.Span, edge = A.Edge is null ? default : A.Edge.Span;
        ReadOnlySpan<float> l = L.Span, x = X.Span, s = RowScale is null ? default : RowScale.Span, t = ColumnScale is null ? default : ColumnScale.Span;
        var y = Y.Span;
        int width = X.Shape.RowLength, heads = Y.Shape.RowLength, share = width / heads;
        for (int entry = first, row = Bisect.RowOf(first, start); entry < end; entry++)
        {
            while (start[row + 1] <= entry) row++;
            if (entry + LookAhead.Entries < column.Length) LookAhead.Row(x, column[entry + LookAhead.Entries], width);
            var factor = (s.IsEmpty ? 1f : s[row]) * (t.IsEmpty ? 1f : t[column[entry]]);
            var at = (edge.IsEmpty ? entry : edge[entry]) * heads;
            for (var head = 0; head < heads; head++)
            {
                var dot = factor * Lanes.Dot(l.Slice(row * width + head * share, share), x.Slice(column[entry] * width + head * share, share));
                y[at + head] = Accumulate ? y[at + head] + dot : dot;
            }
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, A.Entries * Y.Shape.RowLength, A.RowStart.View, A.Column.View, (A.Edge ?? A.Column).View, L.View, X.View,
        Y.View, (RowScale ?? X).View, (ColumnScale ?? X).View, new Form(this));

    internal readonly struct Form(Sddmm of)
    {
        public readonly int Width = of.X.Shape.RowLength, Heads = of.Y.Shape.RowLength, Accumulate = of.Accumulate ? 1 : 0, HasEdge = of.A.Edge is null ? 0 : 1;
        public readonly int HasRow = of.RowScale is null ? 0 : 1, HasColumn = of.ColumnScale is null ? 0 : 1;
    }

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge, ArrayView<float> l, ArrayView<float> x,
        ArrayView<float> y, ArrayView<float> rowScale, ArrayView<float> columnScale, Form form)
    {
        int entry = item / form.Heads, head = item % form.Heads, share = form.Width / form.Heads;
        int row = Bisect.RowOf(entry, start), c = column[entry];
        int left = row * form.Width + head * share, right = c * form.Width + head * share;
        var dot = HeadDot.Of(l, left, x, right, share);
        if (form.HasRow != 0) dot *= rowScale[row];
        if (form.HasColumn != 0) dot *= columnScale[c];
        var at = (form.HasEdge != 0 ? edge[entry] : entry) * form.Heads + head;
        y[at] = form.Accumulate != 0 ? y[at] + dot : dot;
    }
}
