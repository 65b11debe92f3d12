using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GraphTune.Engine;

namespace GraphTune.Kernels;

/// <summary>The scores of a run of one node's edges on the CPU, in-edges or out-edges.</summary>
/// <param name="edges">The in-edges, or the out-edges with their positions among the in-edges.</param>
/// <param name="a">The operands.</param>
/// <param name="outgoing">Whether rows are the nodes that edges come from.</param>
/// <param name="scratch">Room for <see cref="Attention.Width"/> numbers: one edge's source with what the edge adds.</param>
internal readonly ref struct EdgeScores<TScore>(Csr edges, Attention a, bool outgoing, Span<float> scratch) where TScore : struct, IScore<TScore>
{
    /// <summary>Edges whose scores are held at a time.</summary>
    public const int Block = 64;

    private const int Ahead = 8;
    private readonly ReadOnlySpan<int> column = edges.Column.Span, edge = edges.Edge is null ? default : edges.Edge.Span;
    private readonly ReadOnlySpan<float> own = (outgoing ? a.Source : a.Target).Span, other = (outgoing ? a.Target : a.Source).Span;
    private readonly ReadOnlySpan<float> weight = a.Weight is null ? default : a.Weight.Span;
    private readonly ReadOnlySpan<float> attribute = a.Edge is null ? default : a.Edge.Span, map = a.Map is null ? default : a.Map.Span;
    private readonly Span<float> scratch = scratch;
    private readonly int heads = a.Heads, channels = a.Channels, width = a.Width, edgeWidth = a.EdgeWidth;
    private readonly bool outgoing = outgoing, narrow = a.Channels == 1 && a.Map is null && Lanes.Width % a.Heads == 0;
    private readonly float constant = a.Constant;

    /// <summary>Floats for the scores of a block, and some more for whole vectors.</summary>
    public static int Room(int heads) => Block * heads + Lanes.Width;

    /// <summary>Where the numbers of an entry's edge lie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Position(int entry) => edge.IsEmpty ? entry : edge[entry];

    /// <summary>score[k,h] of the edges from <paramref name="from"/> on; what follows the last is overwritten up to a whole vector.</summary>
    public void Of(int row, int from, int count, Span<float> score)
    {
        if (narrow) Narrow(row, from, count, score);
        else
            for (var k = 0; k < count; k++)
            {
                Prefetch(from + k);
                Ends(row, from + k, out var s, out var t);
                for (var head = 0; head < heads; head++) score[k * heads + head] = Sum(s, t, head * channels);
            }
    }

    /// <summary>The source's numbers, with the edge's, and the target's.</summary>
    public void Ends(int row, int entry, out ReadOnlySpan<float> s, out ReadOnlySpan<float> t)
    {
        ReadOnlySpan<float> mine = own.Slice(row * width, width), theirs = other.Slice(column[entry] * width, width);
        s = outgoing ? mine : theirs;
        t = outgoing ? theirs : mine;
        if (edgeWidth == 0) return;
        AddEdge(Position(entry), s, scratch);
        s = scratch;
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
        for (var head = 0; head < heads; head++)
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
        for (var head = 0; head < heads; head++)
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

    // One channel a head: the numbers of several edges fill a vector, and lane l belongs to head l mod h.
    private void Narrow(int row, int from, int count, Span<float> score)
    {
        for (var k = 0; k < count; k++)
        {
            ref var theirs = ref Unsafe.Add(ref MemoryMarshal.GetReference(other), (nint)column[from + k] * heads);
            ref var at = ref score[k * heads];
            if (heads == 4) Vector128.LoadUnsafe(ref theirs).StoreUnsafe(ref at);
            else for (var head = 0; head < heads; head++) Unsafe.Add(ref at, head) = Unsafe.Add(ref theirs, head);
        }
        Vector256<float> mine = HeadLanes.Repeat(own.Slice(row * heads, heads)), w = weight.IsEmpty ? Vector256<float>.One : HeadLanes.Repeat(weight);
        for (var i = 0; i < count * heads; i += Lanes.Width)
        {
            var theirs = Lanes.Load(score, i);
            Vector256<float> s = outgoing ? mine : theirs, t = outgoing ? theirs : mine;
            if (edgeWidth > 0) s += OfEdges(from, i, count * heads);
            TScore.Term(s, t, w, constant).Store(score, i);
        }
    }

    private Vector256<float> OfEdges(int from, int item, int items)
    {
        if (edge.IsEmpty) return Lanes.Load(attribute, from * heads + item, 0f);
        Span<float> lanes = stackalloc float[Lanes.Width];
        lanes.Clear();
        for (var lane = 0; lane < Lanes.Width && item + lane < items; lane++) lanes[lane] = attribute[edge[from + (item + lane) / heads] * heads + (item + lane) % heads];
        return Lanes.Load(lanes, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe void Prefetch(int entry)
    {
        if (!Sse.IsSupported || entry + Ahead >= column.Length) return;
        var row = (byte*)Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetReference(other), (nint)column[entry + Ahead] * width));
        for (var at = 0; at < width * sizeof(float); at += 64) Sse.Prefetch0(row + at);
    }
}

/// <summary>Numbers of heads, one beside the other for edge after edge, eight at a time.</summary>
internal static class HeadLanes
{
    /// <summary>Lane l is the number of head l mod h. Needs h to divide eight.</summary>
    public static Vector256<float> Repeat(ReadOnlySpan<float> perHead)
    {
        if (perHead.Length == 1) return Vector256.Create(perHead[0]);
        Span<float> lanes = stackalloc float[Lanes.Width];
        for (var lane = 0; lane < Lanes.Width; lane++) lanes[lane] = perHead[lane % perHead.Length];
        return Lanes.Load(lanes, 0);
    }

    /// <summary>most[h] = the largest of each head; NaN is larger than anything.</summary>
    public static void Largest(ReadOnlySpan<float> items, Span<float> most)
    {
        most.Fill(float.NegativeInfinity);
        var i = 0;
        if (Lanes.Width % most.Length == 0 && items.Length >= Lanes.Width)
        {
            var lanes = Lanes.Load(items, 0);
            for (i = Lanes.Width; i <= items.Length - Lanes.Width; i += Lanes.Width) lanes = Vector256.Max(lanes, Lanes.Load(items, i));
            for (var lane = 0; lane < Lanes.Width; lane++) most[lane % most.Length] = MathF.Max(most[lane % most.Length], lanes[lane]);
        }
        for (; i < items.Length; i++) most[i % most.Length] = MathF.Max(most[i % most.Length], items[i]);
    }

    /// <summary>item = exp(item − its head's number), of <paramref name="count"/> items and of what follows up to a whole vector.</summary>
    public static void ExpLess(Span<float> items, int count, ReadOnlySpan<float> perHead)
    {
        var heads = perHead.Length;
        if (Lanes.Width % heads == 0)
        {
            var less = Repeat(perHead);
            for (var i = 0; i < count; i += Lanes.Width) Vector256.Exp(Lanes.Load(items, i) - less).Store(items, i);
            return;
        }
        for (var i = 0; i < count; i++) items[i] -= perHead[i % heads];
        for (var i = 0; i < count; i += Lanes.Width) Vector256.Exp(Lanes.Load(items, i)).Store(items, i);
    }

    /// <summary>Adds the items to their heads' sums.</summary>
    public static void AddTo(Span<float> sum, ReadOnlySpan<float> items)
    {
        var i = 0;
        if (Lanes.Width % sum.Length == 0 && items.Length >= Lanes.Width)
        {
            var lanes = Vector256<float>.Zero;
            for (; i <= items.Length - Lanes.Width; i += Lanes.Width) lanes += Lanes.Load(items, i);
            for (var lane = 0; lane < Lanes.Width; lane++) sum[lane % sum.Length] += lanes[lane];
        }
        for (; i < items.Length; i++) sum[i % sum.Length] += items[i];
    }
}
