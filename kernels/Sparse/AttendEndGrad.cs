using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The gradient of <see cref="Attend{TScore}"/>'s scores at one end of the edges: d[row] = Σ over the row's edges of dscore·∂term, channel by channel.</summary>
/// <remarks>One kernel for both ends: over the in-edges it gives the gradient of target, over the out-edges that of source.</remarks>
/// <param name="Edges">The in-edges or the out-edges; edge ids, where held, are positions among the in-edges.</param>
/// <param name="A">The operands of forward.</param>
/// <param name="DScore">From <see cref="AttendGrad{TScore}"/>, dscore[e,h].</param>
/// <param name="DX">The gradient of target or source, [rows,h·c], written or added to.</param>
/// <param name="Outgoing">Whether the rows are the nodes that edges come from.</param>
/// <param name="Accumulate">Whether to add to <paramref name="DX"/>.</param>
public readonly record struct AttendEndGrad<TScore>(Csr Edges, Attention A, Tensor DScore, Tensor DX, bool Outgoing, bool Accumulate) : IKernel, ISplitRow
    where TScore : struct, IScore<TScore>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForSplitRows(Edges, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        Span<float> scratch = A.Width <= AttendPass<TScore>.OnStack ? stackalloc float[A.Width] : new float[A.Width];
        ReadOnlySpan<int> start = Edges.RowStart.Span;
        var dx = DX.Span;
        for (var row = first; row < end; row++)
        {
            if (SplitRows.IsLong(start, row)) continue;
            var own = dx.Slice(row * A.Width, A.Width);
            if (!Accumulate) own.Clear();
            Add(row, start[row], start[row + 1], own, scratch);
        }
    }

    int ISplitRow.PartWidth => A.Width;

    void ISplitRow.Part(int row, int first, int end, Span<float> part)
    {
        part.Clear();
        Add(row, first, end, part, A.Width <= AttendPass<TScore>.OnStack ? stackalloc float[A.Width] : new float[A.Width]);
    }

    void ISplitRow.Join(int row, Tensor parts) => SplitRows.AddUp(parts, A.Width, DX.Row(row), 1f, Accumulate);

    private void Add(int row, int first, int end, Span<float> dx, Span<float> scratch)
    {
        var scores = new EdgeScores<TScore>(Edges, A, Outgoing, scratch);
        ReadOnlySpan<float> dscore = DScore.Span;
        for (var entry = first; entry < end; entry++)
        {
            scores.Ends(row, entry, out var s, out var t);
            scores.Slopes(s, t, dscore.Slice(scores.Position(entry) * A.Heads, A.Heads), dx, ofSource: Outgoing);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, DX.Count, Edges.RowStart.View, Edges.Column.View, (Edges.Edge ?? Edges.Column).View,
        Edges.Edge is null ? 0 : 1, new AttentionViews(A), DScore.View, DX.View, Outgoing ? 1 : 0, Accumulate ? 1 : 0);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge, int hasEdge, AttentionViews a,
        ArrayView<float> dscore, ArrayView<float> dx, int outgoing, int accumulate)
    {
        int width = a.Heads * a.Channels, row = item / width, c = item % width, head = c / a.Channels;
        float w = a.WeightOf(c), sum = accumulate != 0 ? dx[item] : 0f;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            var position = hasEdge != 0 ? edge[entry] : entry;
            int from = outgoing != 0 ? row : column[entry], to = outgoing != 0 ? column[entry] : row;
            float s = a.AtSource(from, position, c), t = a.AtTarget(to, c);
            sum += dscore[position * a.Heads + head] * (outgoing != 0 ? TScore.BySource(s, t, w, a.Constant) : TScore.ByTarget(s, t, w, a.Constant));
        }
        dx[item] = sum;
    }
}
