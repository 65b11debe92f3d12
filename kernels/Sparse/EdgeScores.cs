using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>The scores of a run of one node's edges on the CPU, in-edges or out-edges, and their slopes.</summary>
internal readonly ref struct EdgeScores<TScore> where TScore : struct, IScore<TScore>
{
    private readonly ReadOnlySpan<int> column, edge;
    private readonly ReadOnlySpan<float> own, other, weight, attribute, map;
    private readonly Span<float> theirs, mine, weights, joined;
    private readonly int channels, width, edgeWidth;
    private readonly bool outgoing, narrow;
    private readonly float constant;

    /// <param name="edges">The in-edges, or the out-edges with their positions among the in-edges.</param>
    /// <param name="a">The operands.</param>
    /// <param name="outgoing">Whether rows are the nodes that edges come from.</param>
    /// <param name="room">As many floats as <see cref="Room"/> says.</param>
    public EdgeScores(Csr edges, Attention a, bool outgoing, Span<float> room)
    {
        Places = new(a.Heads);
        (channels, width, edgeWidth, constant) = (a.Channels, a.Width, a.EdgeWidth, a.Constant);
        this.outgoing = outgoing;
        column = edges.Column.Span;
        if (edges.Edge is not null) edge = edges.Edge.Span;
        own = (outgoing ? a.Source : a.Target).Span;
        other = (outgoing ? a.Target : a.Source).Span;
        if (a.Weight is not null) weight = a.Weight.Span;
        if (a.Edge is not null) attribute = a.Edge.Span;
        if (a.Map is not null) map = a.Map.Span;
        narrow = IsNarrow(a);
        joined = room[..width];
        if (!narrow) return;
        theirs = room.Slice(width, Places.Room);
        mine = room.Slice(width + Places.Room, Places.Period);
        weights = room.Slice(width + Places.Room + Places.Period, Places.Period);
        weights.Fill(1f);
        if (a.Weight is not null) Places.Repeat(weight, weights);
    }

    /// <summary>Where numbers of edges and heads stand.</summary>
    public HeadLanes Places { get; }

    /// <summary>Floats that the scores need.</summary>
    public static int Room(Attention a) => a.Width + (IsNarrow(a) ? new HeadLanes(a.Heads).Room + 2 * new HeadLanes(a.Heads).Period : 0);

    // One channel a head: several edges fill a vector.
    private static bool IsNarrow(Attention a) => a.Channels == 1 && a.Map is null;

    /// <summary>Where the numbers of an entry's edge lie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Position(int entry) => edge.IsEmpty ? entry : edge[entry];

    /// <summary>The scores of <paramref name="count"/> edges from <paramref name="from"/> on.</summary>
    public void Of(int row, int from, int count, Span<float> score)
    {
        if (narrow)
        {
            Gather(row, from, count);
            for (var i = 0; i < count * Places.Stride; i += Lanes.Width)
            {
                Narrow(from, count, i, out var s, out var t, out var w);
                TScore.Term(s, t, w, constant).Store(score, i);
            }
            return;
        }
        for (var k = 0; k < count; k++)
        {
            Prefetch(from + k);
            Ends(row, from + k, out var s, out var t);
            for (var head = 0; head < Places.Heads; head++) score[k * Places.Stride + head] = Sum(s, t, head * channels);
        }
    }

    /// <summary>Adds Σ ds·∂term/∂s, or ∂term/∂t, over some edges to d[h·c].</summary>
    /// <param name="row">The node.</param>
    /// <param name="from">Its first edge to do.</param>
    /// <param name="count">How many, at most a block.</param>
    /// <param name="ds">The gradients of the scores; 0 in the places after the last edge, up to a whole period.</param>
    /// <param name="d">One number a channel.</param>
    /// <param name="known">Whether <see cref="Of"/> was last called for these edges.</param>
    public void AddSlopes(int row, int from, int count, ReadOnlySpan<float> ds, Span<float> d, bool known)
    {
        if (narrow)
        {
            if (!known) Gather(row, from, count);
            for (var first = 0; first < Places.Period; first += Lanes.Width) NarrowSlopes(first, from, count, ds, d);
            return;
        }
        for (var k = 0; k < count; k++)
        {
            if (!known) Prefetch(from + k);
            Ends(row, from + k, out var s, out var t);
            Slopes(s, t, ds.Slice(k * Places.Stride, Places.Heads), d, outgoing);
        }
    }

    /// <summary>The source's numbers, with the edge's, and the target's.</summary>
    public void Ends(int row, int entry, out ReadOnlySpan<float> s, out ReadOnlySpan<float> t)
    {
        ReadOnlySpan<float> mine = own.Slice(row * width, width), theirs = other.Slice(column[entry] * width, width);
        s = outgoing ? mine : theirs;
        t = outgoing ? theirs : mine;
        if (edgeWidth == 0) return;
        AddEdge(Position(entry), s, joined);
        s = joined;
    }

    /// <summary>sum = x + what the edge at a position adds, channel by channel.</summary>
    public void AddEdge(int position, ReadOnlySpan<float> x, Span<float> sum)
    {
        var values = attribute.Slice(position * edgeWidth, edgeWidth);
        for (var c = 0; c < width; c += Lanes.Width)
        {
            var lanes = Lanes.Load(x, c, 0f);
            if (map.IsEmpty) lanes += Lanes.Load(values, c, 0f);
            else for (var d = 0; d < values.Length; d++) lanes += Lanes.LoadUpTo(map, d * width + c) * values[d];
            lanes.StoreFitting(sum, c);
        }
    }

    /// <summary>Adds each head's number times ∂term/∂s, or ∂term/∂t, to d[h·c].</summary>
    public void Slopes(ReadOnlySpan<float> s, ReadOnlySpan<float> t, ReadOnlySpan<float> perHead, Span<float> d, bool ofSource)
    {
        for (var head = 0; head < perHead.Length; head++)
        {
            int c = head * channels, end = c + channels;
            for (; c <= end - Lanes.Width; c += Lanes.Width)
            {
                Vector256<float> u = Lanes.Load(s, c), v = Lanes.Load(t, c), w = weight.IsEmpty ? Vector256<float>.One : Lanes.Load(weight, c);
                (Lanes.Load(d, c) + (ofSource ? TScore.BySource(u, v, w, constant) : TScore.ByTarget(u, v, w, constant)) * perHead[head]).Store(d, c);
            }
            for (; c < end; c++)
            {
                var w = weight.IsEmpty ? 1f : weight[c];
                d[c] += perHead[head] * (ofSource ? TScore.BySource(s[c], t[c], w, constant) : TScore.ByTarget(s[c], t[c], w, constant));
            }
        }
    }

    /// <summary>Adds each head's number times ∂term/∂w to d[h·c].</summary>
    public void WeightSlopes(ReadOnlySpan<float> s, ReadOnlySpan<float> t, ReadOnlySpan<float> perHead, Span<float> d)
    {
        for (var head = 0; head < perHead.Length; head++)
        {
            int c = head * channels, end = c + channels;
            for (; c <= end - Lanes.Width; c += Lanes.Width)
                (Lanes.Load(d, c) + TScore.ByWeight(Lanes.Load(s, c), Lanes.Load(t, c), constant) * perHead[head]).Store(d, c);
            for (; c < end; c++) d[c] += perHead[head] * TScore.ByWeight(s[c], t[c], constant);
        }
    }

    private float Sum(ReadOnlySpan<float> s, ReadOnlySpan<float> t, int c)
    {
        var lanes = Vector256<float>.Zero;
        var end = c + channels;
        for (; c <= end - Lanes.Width; c += Lanes.Width)
            lanes += TScore.Term(Lanes.Load(s, c), Lanes.Load(t, c), weight.IsEmpty ? Vector256<float>.One : Lanes.Load(weight, c), constant);
        var sum = Vector256.Sum(lanes);
        for (; c < end; c++) sum += TScore.Term(s[c], t[c], weight.IsEmpty ? 1f : weight[c], constant);
        return sum;
    }

    private void Gather(int row, int from, int count)
    {
        Places.Repeat(own.Slice(row * width, width), mine);
        ref var first = ref MemoryMarshal.GetReference(other);
        for (var k = 0; k < count; k++)
        {
            Prefetch(from + k);
            Places.Put(theirs, k, ref Unsafe.Add(ref first, (nint)column[from + k] * width));
        }
        Places.Pad(theirs, count, 0f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Narrow(int from, int count, int i, out Vector256<float> s, out Vector256<float> t, out Vector256<float> w)
    {
        var at = i % Places.Period;
        Vector256<float> there = Lanes.Load(theirs, i), here = Lanes.Load(mine, at);
        w = Lanes.Load(weights, at);
        s = outgoing ? here : there;
        t = outgoing ? there : here;
        if (edgeWidth > 0) s += OfEdges(from, i, count);
    }

    private void NarrowSlopes(int first, int from, int count, ReadOnlySpan<float> ds, Span<float> d)
    {
        var sum = Vector256<float>.Zero;
        for (var i = first; i < count * Places.Stride; i += Places.Period)
        {
            Narrow(from, count, i, out var s, out var t, out var w);
            var g = Lanes.Load(ds, i);
            var share = g * (outgoing ? TScore.BySource(s, t, w, constant) : TScore.ByTarget(s, t, w, constant));
            sum += Vector256.AndNot(share, Vector256.Equals(g, default));   // beyond the last edge anything may stand
        }
        sum = Places.Sum(sum);
        for (var lane = 0; lane < Places.Stride && lane < Lanes.Width && first + lane < d.Length; lane++) d[first + lane] += sum[lane];
    }

    private Vector256<float> OfEdges(int from, int item, int count)
    {
        if (edge.IsEmpty && Places.Stride == Places.Heads) return Lanes.Load(attribute, from * Places.Heads + item, 0f);
        Span<float> lanes = stackalloc float[Lanes.Width];
        lanes.Clear();
        for (var lane = 0; lane < Lanes.Width; lane++)
        {
            var (k, head) = Math.DivRem(item + lane, Places.Stride);
            if (k < count && head < Places.Heads) lanes[lane] = attribute[Position(from + k) * Places.Heads + head];
        }
        return Lanes.Load(lanes, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Prefetch(int entry)
    {
        if (entry + LookAhead.Entries < column.Length) LookAhead.Row(other, column[entry + LookAhead.Entries], width);
    }
}
