using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>Forward attention over a run of one node's in-edges on the CPU.</summary>
internal readonly ref struct AttendPass<TScore> where TScore : struct, IScore<TScore>
{
    /// <summary>The most floats that a pass keeps on the stack, 16 KiB.</summary>
    public const int OnStack = 4096;

    private readonly EdgeScores<TScore> scores;
    private readonly ReadOnlySpan<int> column;
    private readonly ReadOnlySpan<float> x, attribute, map;
    private readonly Span<float> score, most, edgeSum;
    private readonly Attention a;
    private readonly int width, edgeWidth;

    public AttendPass(Csr matrix, Attention a, Span<float> room)
    {
        (this.a, width, edgeWidth) = (a, a.X.Shape.RowLength, a.EdgeInValue ? a.EdgeWidth : 0);
        column = matrix.Column.Span;
        x = a.X.Span;
        if (a.EdgeInValue) attribute = a.Edge!.Span;
        if (a.Map is not null) map = a.Map.Span;
        scores = new(matrix, a, outgoing: false, room[..a.Width]);
        score = room.Slice(a.Width, EdgeScores<TScore>.Room(a.Heads));
        most = room.Slice(a.Width + score.Length, a.Heads);
        edgeSum = room.Slice(a.Width + score.Length + a.Heads, a.Heads * edgeWidth);
    }

    /// <summary>Floats that a pass needs.</summary>
    public static int Room(Attention a) => a.Width + EdgeScores<TScore>.Room(a.Heads) + a.Heads * (1 + a.EdgeWidth);

    /// <summary>y = Σ exp(score − max)·kept·x, max and sum of exp(score − max), per head, over the edges from first to end.</summary>
    /// <param name="row">The node.</param>
    /// <param name="first">Its first edge to do.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="y">y[h·f].</param>
    /// <param name="state">max[h] and sum[h].</param>
    public void Sum(int row, int first, int end, Span<float> y, Span<float> state)
    {
        Span<float> max = state[..a.Heads], sum = state.Slice(a.Heads, a.Heads);
        y.Clear();
        sum.Clear();
        max.Fill(float.NegativeInfinity);
        for (var entry = first; entry < end; entry += EdgeScores<TScore>.Block)
        {
            var count = Math.Min(EdgeScores<TScore>.Block, end - entry);
            var items = score[..(count * a.Heads)];
            scores.Of(row, entry, count, score);
            HeadLanes.Largest(items, most);
            if (entry == first) most.CopyTo(max);
            else Raise(max, sum, y);
            for (var head = 0; head < a.Heads; head++) most[head] = float.IsNegativeInfinity(max[head]) ? 0f : max[head];
            HeadLanes.ExpLess(score, items.Length, most);
            HeadLanes.AddTo(sum, items);
            if (a.Drop > 0f) EdgeDropout.Apply(a.Key, entry * a.Heads, a.Drop, items);
            new RowSums(column, x, width, items, a.Heads, entry).Into(y, entry, entry + count, 1f, add: true);
            if (a.EdgeInValue) AddEdges(entry, count, y);
        }
    }

    // A larger maximum makes what is summed already smaller.
    private void Raise(Span<float> max, Span<float> sum, Span<float> y)
    {
        for (var head = 0; head < a.Heads; head++)
        {
            if (most[head] <= max[head]) continue;
            var factor = MathF.Exp(max[head] - most[head]);
            max[head] = most[head];
            sum[head] *= factor;
            Lanes.Scale(y.Slice(head * a.Features, a.Features), factor);
        }
    }

    // Σ w·(map·e) = map·Σ w·e: the narrow sum first.
    private void AddEdges(int from, int count, Span<float> y)
    {
        var heads = a.Heads;
        edgeSum.Clear();
        for (var k = 0; k < count; k++)
        {
            var e = attribute.Slice((from + k) * edgeWidth, edgeWidth);
            if (map.IsEmpty) for (var j = 0; j < width; j++) y[j] += score[k * heads + j / a.Features] * e[j];
            else for (var head = 0; head < heads; head++) Lanes.AddScaled(score[k * heads + head], e, edgeSum.Slice(head * edgeWidth, edgeWidth));
        }
        if (map.IsEmpty) return;
        for (var head = 0; head < heads; head++)
            for (var d = 0; d < edgeWidth; d++)
                Lanes.AddScaled(edgeSum[head * edgeWidth + d], map.Slice(d * width + head * a.Features, a.Features), y.Slice(head * a.Features, a.Features));
    }
}

/// <summary>Dropout of attention weights on the CPU.</summary>
internal static class EdgeDropout
{
    /// <summary>Drops or scales the items, the first of which has number <paramref name="first"/>.</summary>
    public static void Apply(RandomKey key, int first, float drop, Span<float> items)
    {
        for (var i = 0; i < items.Length; i++) items[i] *= Attention.Kept(key, first + i, drop);
    }
}
