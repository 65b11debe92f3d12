using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>yᵢ = Σⱼ αᵢⱼ·xⱼ with αᵢⱼ = softmaxⱼ score(sourceⱼ + edgeᵢⱼ, targetᵢ), head by head, in one pass over the in-edges of each node.</summary>
/// <remarks>
/// Scores are made, exponentiated and used a block of edges at a time, under a maximum that may still grow (Milakov and Gimelshein 2018,
/// arXiv:1805.02867), so nothing of the size edges × features exists. What stays for backward is <paramref name="Lse"/>[m,h], the
/// logarithm of each softmax's denominator (Dao et al. 2022, arXiv:2205.14135, section 3.1, keep the same). Of no edges, or of
/// none with a score above −∞, 0.
/// CPU: eight features at a time; the parts of a hub's edges are joined like blocks. GPU: one thread per node, head and four features, which it
/// loads as 128 bits; each score is seen once, and long rows are cut (<see cref="LongRows"/>). Scores of many channels are made first, scores[e,h].
/// </remarks>
public readonly record struct Attend<TScore>(Csr In, Attention A, Tensor Y, Tensor Lse) : IKernel, ISplitRow where TScore : struct, IScore<TScore>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForSplitRows(In, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var room = AttendPass<TScore>.Room(A);
        using var spare = room <= AttendPass<TScore>.OnStack ? null : new Tensor(A.X.Device, new Shape(room));
        var pass = new AttendPass<TScore>(In, A, spare is null ? stackalloc float[room] : spare.Span);
        ReadOnlySpan<int> start = In.RowStart.Span;
        Span<float> y = Y.Span, lse = Lse.Span, state = stackalloc float[2 * A.Heads];
        var width = Y.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            if (SplitRows.IsLong(start, row)) continue;
            pass.Sum(row, start[row], start[row + 1], y.Slice(row * width, width), state);
            Divide(y.Slice(row * width, width), state, lse.Slice(row * A.Heads, A.Heads));
        }
    }

    int ISplitRow.PartWidth => Y.Shape.RowLength + 2 * A.Heads;

    void ISplitRow.Part(int row, int first, int end, Span<float> part)
    {
        var room = AttendPass<TScore>.Room(A);
        using var spare = room <= AttendPass<TScore>.OnStack ? null : new Tensor(A.X.Device, new Shape(room));
        var pass = new AttendPass<TScore>(In, A, spare is null ? stackalloc float[room] : spare.Span);
        pass.Sum(row, first, end, part[..Y.Shape.RowLength], part[Y.Shape.RowLength..]);
    }

    void ISplitRow.Join(int row, Tensor parts)
    {
        int width = Y.Shape.RowLength, heads = A.Heads, features = A.Features;
        Span<float> y = Y.Span.Slice(row * width, width), state = parts.Row(0)[width..];
        parts.Row(0)[..width].CopyTo(y);
        for (var i = 1; i < parts.Shape[0]; i++)
        {
            var part = parts.Row(i);
            for (var head = 0; head < heads; head++)
            {
                float max = MathF.Max(state[head], part[width + head]), old = Share(state[head], max), other = Share(part[width + head], max);
                for (var j = head * features; j < (head + 1) * features; j++) y[j] = old * y[j] + other * part[j];
                (state[head], state[heads + head]) = (max, old * state[heads + head] + other * part[width + heads + head]);
            }
        }
        Divide(y, state, Lse.Span.Slice(row * heads, heads));
    }

    private static float Share(float max, float newMax) => max == newMax ? 1f : MathF.Exp(max - newMax);

    private static void Divide(Span<float> y, ReadOnlySpan<float> state, Span<float> lse)
    {
        int heads = lse.Length, features = y.Length / heads;
        for (var head = 0; head < heads; head++)
        {
            var sum = state[heads + head];
            lse[head] = sum == 0f ? 0f : state[head] + MathF.Log(sum);
            var own = y.Slice(head * features, features);
            if (sum == 0f) own.Clear();
            else Lanes.Scale(own, 1f / sum);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        var a = new AttentionViews(A);
        ArrayView<int> start = In.RowStart.View, column = In.Column.View;
        using var score = A.Channels == 1 ? null : new Tensor(gpu, new Shape(In.Entries, A.Heads));   // of one channel it is cheaper made again than kept
        if (score is not null) gpu.Launch(KernelScore, score.Count, start, column, a, score.View);
        var scores = (score ?? A.X).View;
        var form = (score is null ? 0 : 1) | (LongRows.In(In) ? 2 : 0);
        var parts = (form & 2) != 0 ? LongRows.Parts(In) : 0;
        using var totals = new Tensor(gpu, new Shape(parts, Y.Shape.RowLength));
        using var states = new Tensor(gpu, new Shape(parts, A.Heads, 2));
        gpu.Launch(KernelParts, Quad.Count(parts * A.Heads, A.Features), start, column, a, scores, form, totals.View, states.View);
        gpu.Launch(Kernel, Quad.Count(In.Rows * A.Heads, A.Features), start, column, a, scores, form, totals.View, states.View, Y.View, Lse.View);
    }

    private static void KernelScore(Index1D item, ArrayView<int> start, ArrayView<int> column, AttentionViews a, ArrayView<float> score)
    {
        int entry = item / a.Heads, head = item - entry * a.Heads;
        score[item] = a.Score<TScore>(column[entry], Bisect.RowOf(entry, start), entry, head);
    }

    // A head of a node counts as a row, and a thread has four of its features.
    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, AttentionViews a, ArrayView<float> score, int form,
        ArrayView<float> totals, ArrayView<float> states, ArrayView<float> y, ArrayView<float> lse)
    {
        var at = new QuadOfRow(item, a.Features);
        int row = at.Row / a.Heads, head = at.Row - row * a.Heads, end = start[row + 1];
        var own = (form & 2) != 0 ? LongRows.FirstCut(start[row], end) : end;
        var state = Over(start[row], own, row, head, at, column, a, score, form);
        for (var entry = own; entry < end; entry += LongRows.Part)
        {
            var part = entry / LongRows.Part * a.Heads + head;
            state = state.With(states[2 * part], states[2 * part + 1], Quad.Load(totals, part * a.Features + at.Column, at.Some));
        }
        var softmax = new OnlineSoftmax(state.Max, state.Sum);
        Quad.Store(y, at.Row * a.Features + at.Column, state.Total * softmax.Inverse, 0, at.Some);
        if (at.Column == 0) lse[at.Row] = softmax.Lse;
    }

    private static void KernelParts(Index1D item, ArrayView<int> start, ArrayView<int> column, AttentionViews a, ArrayView<float> score, int form, ArrayView<float> totals, ArrayView<float> states)
    {
        var at = new QuadOfRow(item, a.Features);
        int part = at.Row / a.Heads, head = at.Row - part * a.Heads, first = part * LongRows.Part, end = LongRows.EndOf(part, start);
        if (end == 0) return;
        var state = Over(first, end, Bisect.RowOf(first, start), head, at, column, a, score, form);
        Quad.Store(totals, at.Row * a.Features + at.Column, state.Total, 0, at.Some);
        if (at.Column != 0) return;
        states[2 * at.Row] = state.Max;
        states[2 * at.Row + 1] = state.Sum;
    }

    private static WeightedQuad Over(int first, int end, int row, int head, QuadOfRow at, ArrayView<int> column, AttentionViews a, ArrayView<float> score, int form)
    {
        var state = WeightedQuad.None;
        for (var entry = first; entry < end; entry++)
        {
            var one = (form & 1) != 0 ? score[entry * a.Heads + head] : a.Score<TScore>(column[entry], row, entry, head);
            var value = a.Values(column[entry], entry, head, at);
            if (a.Drop > 0f) value *= Attention.Kept(a.Key, entry * a.Heads + head, a.Drop);
            state = state.With(one, 1f, value);
        }
        return state;
    }
}
