using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GraphTune.Kernels;

/// <summary>Backward attention over a run of one node's out-edges on the CPU.</summary>
internal readonly ref struct AttendGradPass<TScore> where TScore : struct, IScore<TScore>
{
    private readonly EdgeScores<TScore> scores;
    private readonly HeadLanes places;
    private readonly ReadOnlySpan<int> column, edge;
    private readonly ReadOnlySpan<float> x, dy, lse, dot;
    private readonly Span<float> dscore, alpha, weight, g, kept, scratch;
    private readonly Attention a;
    private readonly int width;

    public AttendGradPass(AttendGrad<TScore> of, Span<float> room)
    {
        (a, places, width) = (of.A, new(of.A.Heads), of.A.X.Shape.RowLength);
        column = of.Out.Column.Span;
        if (of.Out.Edge is not null) edge = of.Out.Edge.Span;
        x = a.X.Span;
        dy = of.DY.Span;
        lse = of.Lse.Span;
        dot = of.Dot.Span;
        dscore = of.DScore.Span;
        if (of.Alpha is not null) alpha = of.Alpha.Span;
        weight = room[..places.Room];
        g = room.Slice(places.Room, places.Room);
        kept = room.Slice(2 * places.Room, places.Room);
        scratch = room.Slice(3 * places.Room, a.EdgeInValue ? width : 0);
        scores = new(of.Out, a, outgoing: true, room[(3 * places.Room + scratch.Length)..]);
    }

    /// <summary>Floats that a pass needs.</summary>
    public static int Room(Attention a) => 3 * new HeadLanes(a.Heads).Room + (a.EdgeInValue ? a.Width : 0) + EdgeScores<TScore>.Room(a);

    /// <summary>Adds to dx and, unless it is empty, to dsource, and writes the gradients of the scores.</summary>
    public void Add(int row, int first, int end, Span<float> dx, Span<float> dsource)
    {
        for (var entry = first; entry < end; entry += HeadLanes.Block)
        {
            var count = Math.Min(HeadLanes.Block, end - entry);
            Weights(row, entry, count);
            if (a.Drop > 0f) Drop(entry, count);
            var dropped = a.Drop > 0f ? kept : weight;
            g[..places.Pad(g, count, 0f)].Clear();
            Values(row, entry, count, dropped, dx);
            if (a.EdgeInValue) EdgeValues(entry, count);
            Scores(entry, count, dropped);
            if (!dsource.IsEmpty) scores.AddSlopes(row, entry, count, g, dsource, known: true);
        }
    }

    // weight = α = exp(score − lse).
    private void Weights(int row, int from, int count)
    {
        scores.Of(row, from, count, weight);
        ref var other = ref MemoryMarshal.GetReference(lse);
        for (var k = 0; k < count; k++)
        {
            FetchAhead(from + k);
            places.Put(g, k, ref Unsafe.Add(ref other, (nint)column[from + k] * places.Heads));
        }
        for (var i = 0; i < count * places.Stride; i += Lanes.Width) Lanes.Exp(Lanes.Load(weight, i) - Lanes.Load(g, i)).Store(weight, i);
    }

    // The three places that an entry needs later, each somewhere else. Past the last entry anything may stand: no address is wrong.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe void FetchAhead(int entry)
    {
        if (!Sse.IsSupported) return;
        nint heads = places.Heads, node = heads * Unsafe.Add(ref MemoryMarshal.GetReference(column), entry + LookAhead.Entries);
        Sse.Prefetch1(Pointer(lse) + node);
        Sse.Prefetch1(Pointer(dot) + node);
        if (!edge.IsEmpty) Sse.Prefetch1(Pointer(dscore) + heads * Unsafe.Add(ref MemoryMarshal.GetReference(edge), entry + LookAhead.Entries));
    }

    private static unsafe float* Pointer(ReadOnlySpan<float> x) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(x));

    // kept = α after dropout.
    private void Drop(int from, int count)
    {
        Span<int> positions = stackalloc int[HeadLanes.Block];
        for (var k = 0; k < count; k++) positions[k] = scores.Position(from + k);
        EdgeDropout.Factors(a, positions[..count], kept);
        for (var i = 0; i < count * places.Stride; i += Lanes.Width) (Lanes.Load(kept, i) * Lanes.Load(weight, i)).Store(kept, i);
    }

    // dx += α·kept·dy and g = dy·x: the gathered rows are read once.
    private void Values(int row, int from, int count, ReadOnlySpan<float> w, Span<float> dx)
    {
        int j = 0, share = a.Features;
        var paired = share % (2 * Lanes.Width) == 0;   // two vectors always belong to one head
        while (j < width)
        {
            var left = share - j % share;
            if (left >= 4 * Lanes.Width || (paired && j <= width - 4 * Lanes.Width))
            {
                Four(row, from, count, j, w, dx);
                j += 4 * Lanes.Width;
                continue;
            }
            if (left >= Lanes.Width) One(row, from, count, j, w, dx);
            else Few(row, from, count, j, left, w, dx);
            j += Math.Min(left, Lanes.Width);
        }
    }

    // Two vectors of one head, and two of it or the next.
    private void Four(int row, int from, int count, int j, ReadOnlySpan<float> weights, Span<float> dx)
    {
        int low = j / a.Features, high = (j + 2 * Lanes.Width) / a.Features, stride = places.Stride, some = column.Length - LookAhead.Entries;
        ref var own = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), row * width + j);
        Vector256<float> x0 = Vector256.LoadUnsafe(ref own), x1 = Vector256.LoadUnsafe(ref own, 8), x2 = Vector256.LoadUnsafe(ref own, 16), x3 = Vector256.LoadUnsafe(ref own, 24);
        Vector256<float> d0 = Lanes.Load(dx, j), d1 = Lanes.Load(dx, j + 8), d2 = Lanes.Load(dx, j + 16), d3 = Lanes.Load(dx, j + 24);
        ref var rows = ref Unsafe.Add(ref MemoryMarshal.GetReference(dy), j);
        ref var c = ref Unsafe.Add(ref MemoryMarshal.GetReference(column), from);
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var dots = ref MemoryMarshal.GetReference(g);
        nint length = width;
        for (var k = 0; k < count; k++)
        {
            if (from + k < some) Fetch(ref Unsafe.Add(ref rows, Unsafe.Add(ref c, k + LookAhead.Entries) * length));
            ref var p = ref Unsafe.Add(ref rows, Unsafe.Add(ref c, k) * length);
            Vector256<float> v0 = Vector256.LoadUnsafe(ref p), v1 = Vector256.LoadUnsafe(ref p, 8), v2 = Vector256.LoadUnsafe(ref p, 16), v3 = Vector256.LoadUnsafe(ref p, 24);
            Vector256<float> wl = Vector256.Create(Unsafe.Add(ref w, k * stride + low)), wh = Vector256.Create(Unsafe.Add(ref w, k * stride + high));
            d0 = Vector256.MultiplyAddEstimate(wl, v0, d0);
            d1 = Vector256.MultiplyAddEstimate(wl, v1, d1);
            d2 = Vector256.MultiplyAddEstimate(wh, v2, d2);
            d3 = Vector256.MultiplyAddEstimate(wh, v3, d3);
            Unsafe.Add(ref dots, k * stride + low) += Vector256.Sum(Vector256.MultiplyAddEstimate(v0, x0, v1 * x1));
            Unsafe.Add(ref dots, k * stride + high) += Vector256.Sum(Vector256.MultiplyAddEstimate(v2, x2, v3 * x3));
        }
        d0.Store(dx, j);
        d1.Store(dx, j + 8);
        d2.Store(dx, j + 16);
        d3.Store(dx, j + 24);
    }

    private void One(int row, int from, int count, int j, ReadOnlySpan<float> w, Span<float> dx)
    {
        Vector256<float> own = Lanes.Load(x, row * width + j), sum = Lanes.Load(dx, j);
        int head = j / a.Features, some = column.Length - LookAhead.Entries;
        ref var rows = ref Unsafe.Add(ref MemoryMarshal.GetReference(dy), j);
        for (var k = 0; k < count; k++)
        {
            if (from + k < some) Fetch(ref Unsafe.Add(ref rows, (nint)column[from + k + LookAhead.Entries] * width));
            var v = Lanes.Load(dy, column[from + k] * width + j);
            sum = Vector256.MultiplyAddEstimate(v, Vector256.Create(w[k * places.Stride + head]), sum);
            g[k * places.Stride + head] += Vector256.Sum(v * own);
        }
        sum.Store(dx, j);
    }

    private void Few(int row, int from, int count, int first, int columns, ReadOnlySpan<float> w, Span<float> dx)
    {
        var head = first / a.Features;
        for (var j = first; j < first + columns; j++)
            for (var k = 0; k < count; k++)
            {
                var d = dy[column[from + k] * width + j];
                dx[j] += w[k * places.Stride + head] * d;
                g[k * places.Stride + head] += d * x[row * width + j];
            }
    }

    // What the edge adds to x has a share in g too.
    private void EdgeValues(int from, int count)
    {
        for (var k = 0; k < count; k++)
        {
            scratch.Clear();
            scores.AddEdge(scores.Position(from + k), scratch, scratch);
            for (var head = 0; head < a.Heads; head++)
                g[k * places.Stride + head] += Lanes.Dot(dy.Slice(column[from + k] * width + head * a.Features, a.Features), scratch.Slice(head * a.Features, a.Features));
        }
    }

    // g = dscore = α·(kept·g − dot), which is also written where the edge lies.
    private void Scores(int from, int count, ReadOnlySpan<float> dropped)
    {
        int heads = a.Heads, stride = places.Stride;
        for (var k = 0; k < count; k++)
        {
            int to = column[from + k] * heads, at = scores.Position(from + k) * heads, i = k * stride;
            if (heads == 4)
            {
                var d = Part(dropped, i) * Part(g, i) - Part(weight, i) * Part(dot, to);
                d.StoreUnsafe(ref g[i]);
                d.StoreUnsafe(ref dscore[at]);
            }
            else
                for (var head = 0; head < heads; head++) dscore[at + head] = g[i + head] = dropped[i + head] * g[i + head] - weight[i + head] * dot[to + head];
            if (!alpha.IsEmpty) dropped.Slice(i, heads).CopyTo(alpha[at..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Part(ReadOnlySpan<float> x, int at) => Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(x), (nuint)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(ref float row)
    {
        LookAhead.Line(ref row);
        LookAhead.Line(ref Unsafe.Add(ref row, 2 * Lanes.Width));
    }
}
