using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>Forward attention over a run of one node's in-edges on the CPU.</summary>
internal readonly ref struct AttendPass<TScore> where TScore : struct, IScore<TScore>
{
    /// <summary>The most floats that a pass keeps on the stack, 16 KiB.</summary>
    public const int OnStack = 4096;

    private readonly EdgeScores<TScore> scores;
    private readonly HeadLanes places;
    private readonly RowSums sums;
    private readonly ReadOnlySpan<float> attribute, map;
    private readonly Span<float> score, max, sum, edgeSum;
    private readonly Attention a;
    private readonly int width, edgeWidth;

    public AttendPass(Csr matrix, Attention a, Span<float> room)
    {
        (this.a, width, edgeWidth, places) = (a, a.X.Shape.RowLength, a.EdgeInValue ? a.EdgeWidth : 0, new(a.Heads));
        sums = new(matrix, a.X, null, null, a.Heads, default);
        if (a.EdgeInValue) attribute = a.Edge!.Span;
        if (a.Map is not null) map = a.Map.Span;
        score = room[..places.Room];
        max = room.Slice(places.Room, places.Period);
        sum = room.Slice(places.Room + places.Period, places.Period);
        var rest = room[(places.Room + 2 * places.Period)..];
        edgeSum = rest[..(a.Heads * edgeWidth)];
        scores = new(matrix, a, outgoing: false, rest[edgeSum.Length..]);
    }

    /// <summary>Floats that a pass needs.</summary>
    public static int Room(Attention a) => new HeadLanes(a.Heads).Room + 2 * new HeadLanes(a.Heads).Period + a.Heads * a.EdgeWidth + EdgeScores<TScore>.Room(a);

    /// <summary>y = Σ exp(score − max)·kept·x, max and sum of exp(score − max), per head, over the edges from first to end.</summary>
    /// <param name="row">The node.</param>
    /// <param name="first">Its first edge to do.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="y">y[h·f].</param>
    /// <param name="state">max[h] and sum[h].</param>
    public void Sum(int row, int first, int end, Span<float> y, Span<float> state)
    {
        max.Fill(float.NegativeInfinity);
        sum.Clear();
        if (first == end) y.Clear();
        for (var entry = first; entry < end; entry += HeadLanes.Block)
        {
            var count = Math.Min(HeadLanes.Block, end - entry);
            scores.Of(row, entry, count, score);
            var padded = places.Pad(score, count, float.NegativeInfinity);
            for (var at = 0; at < places.Period; at += Lanes.Width) Powers(at, padded, entry > first ? y : default);
            if (a.Drop > 0f) EdgeDropout.Apply(a, entry, count, score);
            sums.Weighted(y, entry, entry + count, score, places.Stride, 1f, add: entry > first);
            if (a.EdgeInValue) AddEdges(entry, count, y);
        }
        max[..a.Heads].CopyTo(state);
        sum[..a.Heads].CopyTo(state[a.Heads..]);
    }

    // The maximum of the heads in one vector, the exponentials under it, and their sum. A larger maximum makes what is summed already smaller.
    private void Powers(int at, int padded, Span<float> y)
    {
        Vector256<float> old = Lanes.Load(max, at), most = Lanes.Load(score, at), total = default;
        for (var i = at + places.Period; i < padded; i += places.Period) most = Vector256.Max(most, Lanes.Load(score, i));
        most = Vector256.Max(places.Max(most), old);
        if (!y.IsEmpty && most != old) Shrink(old, most, at, y);
        most.Store(max, at);
        var least = Vector256.Max(most, Vector256.Create(float.MinValue));   // −∞ under −∞ is 0, not NaN
        for (var i = at; i < padded; i += places.Period)
        {
            var power = Lanes.Exp(Lanes.Load(score, i) - least);
            total += power;
            power.Store(score, i);
        }
        (Lanes.Load(sum, at) + places.Sum(total)).Store(sum, at);
    }

    private void Shrink(Vector256<float> old, Vector256<float> most, int at, Span<float> y)
    {
        var factor = Lanes.Exp(Vector256.Max(old, Vector256.Create(float.MinValue)) - Vector256.Max(most, Vector256.Create(float.MinValue)));
        (Lanes.Load(sum, at) * factor).Store(sum, at);
        for (var lane = 0; lane < Lanes.Width && lane < places.Stride && at + lane < a.Heads; lane++)
            if (factor[lane] != 1f) Lanes.Scale(y.Slice((at + lane) * a.Features, a.Features), factor[lane]);
    }

    // Σ w·(map·e) = map·Σ w·e: the narrow sum first.
    private void AddEdges(int from, int count, Span<float> y)
    {
        edgeSum.Clear();
        for (var k = 0; k < count; k++)
        {
            var e = attribute.Slice((from + k) * edgeWidth, edgeWidth);
            for (var head = 0; head < a.Heads; head++)
                if (map.IsEmpty) Lanes.AddScaled(score[k * places.Stride + head], e.Slice(head * a.Features, a.Features), y.Slice(head * a.Features, a.Features));
                else Lanes.AddScaled(score[k * places.Stride + head], e, edgeSum.Slice(head * edgeWidth, edgeWidth));
        }
        if (map.IsEmpty) return;
        for (var head = 0; head < a.Heads; head++)
            for (var d = 0; d < edgeWidth; d++)
                Lanes.AddScaled(edgeSum[head * edgeWidth + d], map.Slice(d * width + head * a.Features, a.Features), y.Slice(head * a.Features, a.Features));
    }
}
