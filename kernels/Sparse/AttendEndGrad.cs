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
        var room = Room;
        using var spare = room <= AttendPass<TScore>.OnStack ? null : new Tensor(A.X.Device, new Shape(room));
        Span<float> floats = spare is null ? stackalloc float[room] : spare.Span;
        var scores = new EdgeScores<TScore>(Edges, A, Outgoing, floats);
        ReadOnlySpan<int> start = Edges.RowStart.Span;
        ReadOnlySpan<float> dscore = DScore.Span;
        var d = DX.Span;
        for (var row = first; row < end; row++)
        {
            if (SplitRows.IsLong(start, row)) continue;
            var own = d.Slice(row * A.Width, A.Width);
            if (!Accumulate) own.Clear();
            Add(scores, dscore, row, start[row], start[row + 1], own, floats[EdgeScores<TScore>.Room(A)..]);
        }
    }

    int ISplitRow.PartWidth => A.Width;

    void ISplitRow.Part(int row, int first, int end, Span<float> part)
    {
        var room = Room;
        using var spare = room <= AttendPass<TScore>.OnStack ? null : new Tensor(A.X.Device, new Shape(room));
        Span<float> floats = spare is null ? stackalloc float[room] : spare.Span;
        part.Clear();
        Add(new EdgeScores<TScore>(Edges, A, Outgoing, floats), DScore.Span, row, first, end, part, floats[EdgeScores<TScore>.Room(A)..]);
    }

    void ISplitRow.Join(int row, Tensor parts) => SplitRows.AddUp(parts, 0, DX.Row(row), 1f, Accumulate);

    private int Room => EdgeScores<TScore>.Room(A) + new HeadLanes(A.Heads).Room;

    private void Add(EdgeScores<TScore> scores, ReadOnlySpan<float> dscore, int row, int first, int end, Span<float> d, Span<float> ds)
    {
        var places = scores.Places;
        for (var entry = first; entry < end; entry += HeadLanes.Block)
        {
            var count = Math.Min(HeadLanes.Block, end - entry);
            if (!Outgoing && places.Stride == places.Heads) dscore.Slice(entry * places.Heads, count * places.Heads).CopyTo(ds);
            else for (var k = 0; k < count; k++) dscore.Slice(scores.Position(entry + k) * places.Heads, places.Heads).CopyTo(ds[(k * places.Stride)..]);
            places.Pad(ds, count, 0f);
            scores.AddSlopes(row, entry, count, ds, d, known: false);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        var of = new Operands(this);
        var parts = LongRows.In(Edges) ? LongRows.Parts(Edges) : 0;
        using var sums = new Tensor(gpu, new Shape(parts, A.Width));
        gpu.Launch(KernelParts, Quad.Count(parts, A.Width), of, sums.View);
        gpu.Launch(Kernel, Quad.Count(Edges.Rows, A.Width), of, sums.View, parts, DX.View, Accumulate ? 1 : 0);
    }

    internal readonly struct Operands(AttendEndGrad<TScore> of)
    {
        public readonly ArrayView<int> Start = of.Edges.RowStart.View, Column = of.Edges.Column.View, Edge = (of.Edges.Edge ?? of.Edges.Column).View;
        public readonly ArrayView<float> DScore = of.DScore.View;
        public readonly AttentionViews A = new(of.A);
        public readonly int HasEdge = of.Edges.Edge is null ? 0 : 1, Outgoing = of.Outgoing ? 1 : 0;

        public Quad Over(int first, int end, int row, QuadOfRow at)
        {
            int width = A.Heads * A.Channels, c = at.Column;
            Quad sum = Quad.All(0f), w = A.HasWeight != 0 ? Quad.Load(A.Weight, c, at.Some) : Quad.All(1f);
            for (var entry = first; entry < end; entry++)
            {
                var position = HasEdge != 0 ? Edge[entry] : entry;
                int from = Outgoing != 0 ? row : Column[entry], to = Outgoing != 0 ? Column[entry] : row;
                Quad s = Quad.Load(A.Source, from * width + c, at.Some), t = Quad.Load(A.Target, to * width + c, at.Some);
                if (A.EdgeWidth != 0) s += A.AtEdge(position, c, at.Some);
                sum += new Quad(One(s.X, t.X, w.X, position, c), One(s.Y, t.Y, w.Y, position, c + 1), One(s.Z, t.Z, w.Z, position, c + 2), One(s.W, t.W, w.W, position, c + 3));
            }
            return sum;
        }

        private float One(float s, float t, float w, int position, int c)
        {
            var head = c / A.Channels;
            if (head >= A.Heads) return 0f;
            return DScore[position * A.Heads + head] * (Outgoing != 0 ? TScore.BySource(s, t, w, A.Constant) : TScore.ByTarget(s, t, w, A.Constant));
        }
    }

    private static void Kernel(Index1D item, Operands of, ArrayView<float> sums, int parts, ArrayView<float> dx, int accumulate)
    {
        var width = of.A.Heads * of.A.Channels;
        var at = new QuadOfRow(item, width);
        var end = of.Start[at.Row + 1];
        var own = parts != 0 ? LongRows.FirstCut(of.Start[at.Row], end) : end;
        var sum = of.Over(of.Start[at.Row], own, at.Row, at);
        for (var entry = own; entry < end; entry += LongRows.Part) sum += Quad.Load(sums, entry / LongRows.Part * width + at.Column, at.Some);
        Quad.Store(dx, at.Row * width + at.Column, sum, accumulate, at.Some);
    }

    private static void KernelParts(Index1D item, Operands of, ArrayView<float> sums)
    {
        var width = of.A.Heads * of.A.Channels;
        var at = new QuadOfRow(item, width);
        int first = at.Row * LongRows.Part, end = LongRows.EndOf(at.Row, of.Start);
        if (end > 0) Quad.Store(sums, at.Row * width + at.Column, of.Over(first, end, Bisect.RowOf(first, of.Start), at), 0, at.Some);
    }
}
