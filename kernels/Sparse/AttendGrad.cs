using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The gradient of <see cref="Attend{TScore}"/>, one pass over the out-edges of each node: dxⱼ = Σᵢ αᵢⱼ·dyᵢ, and the gradient of each score.</summary>
/// <remarks>
/// For the edge j → i the weight is made again from <paramref name="Lse"/>. With g = dyᵢ·xⱼ the gradient of the score is
/// α·(kept·g − dotᵢ), from which <see cref="AttendEndGrad{TScore}"/> makes the gradients of source and target. So the one wide gather
/// (of dy) serves the features and the attention both.
/// </remarks>
/// <param name="Out">The transpose: row j lists the nodes that j has an edge into, with each edge's position among the in-edges.</param>
/// <param name="A">The operands of forward.</param>
/// <param name="Lse">Kept from forward, lse[m,h].</param>
/// <param name="Dot">From <see cref="HeadDot"/>, dot[m,h].</param>
/// <param name="DY">The gradient of y.</param>
/// <param name="DX">The gradient of x, written or added to.</param>
/// <param name="DScore">The gradient of the scores, dscore[e,h] in the order of the in-edges; written.</param>
/// <param name="Alpha">The weights after dropout, alpha[e,h] in the order of the in-edges; written; null where nobody asks.</param>
/// <param name="Accumulate">Whether to add to <paramref name="DX"/>.</param>
public readonly record struct AttendGrad<TScore>(Csr Out, Attention A, Tensor Lse, Tensor Dot, Tensor DY, Tensor DX, Tensor DScore, Tensor? Alpha, bool Accumulate)
    : IKernel, ISplitRow where TScore : struct, IScore<TScore>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForSplitRows(Out, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var room = AttendGradPass<TScore>.Room(A);
        var pass = new AttendGradPass<TScore>(this, room <= AttendPass<TScore>.OnStack ? stackalloc float[room] : new float[room]);
        ReadOnlySpan<int> start = Out.RowStart.Span;
        var dx = DX.Span;
        var width = DX.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            if (SplitRows.IsLong(start, row)) continue;
            var own = dx.Slice(row * width, width);
            if (!Accumulate) own.Clear();
            pass.Add(row, start[row], start[row + 1], own);
        }
    }

    int ISplitRow.PartWidth => DX.Shape.RowLength;

    void ISplitRow.Part(int row, int first, int end, Span<float> part)
    {
        var room = AttendGradPass<TScore>.Room(A);
        part.Clear();
        new AttendGradPass<TScore>(this, room <= AttendPass<TScore>.OnStack ? stackalloc float[room] : new float[room]).Add(row, first, end, part);
    }

    void ISplitRow.Join(int row, Tensor parts) => SplitRows.AddUp(parts, DX.Shape.RowLength, DX.Row(row), 1f, Accumulate);

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        using var unasked = Alpha is null ? new Tensor(gpu, DScore.Shape) : null;
        var alpha = Alpha ?? unasked!;
        gpu.Launch(Kernel, DScore.Count, Out.RowStart.View, Out.Column.View, (Out.Edge ?? Out.Column).View, Out.Edge is null ? 0 : 1,
            new AttentionViews(A), Lse.View, Dot.View, DY.View, DScore.View, alpha.View);
        gpu.Run(new SpMM(Out, DY, DX, alpha, null, null, Accumulate));
    }

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge, int hasEdge, AttentionViews a,
        ArrayView<float> lse, ArrayView<float> dot, ArrayView<float> dy, ArrayView<float> dscore, ArrayView<float> alpha)
    {
        int entry = item / a.Heads, head = item - entry * a.Heads, from = Bisect.RowOf(entry, start), to = column[entry], position = hasEdge != 0 ? edge[entry] : entry;
        int there = to * a.Heads + head, at = position * a.Heads + head;
        var g = HeadDot.Of(dy, there * a.Features, a.X, (from * a.Heads + head) * a.Features, a.Features);
        if (a.EdgeInValue != 0)
            for (var j = 0; j < a.Features; j++) g += dy[there * a.Features + j] * a.AtEdge(position, head * a.Features + j);
        var weight = MathF.Exp(a.Score<TScore>(from, to, position, head) - lse[there]);
        var kept = a.Drop > 0f ? Attention.Kept(a.Key, at, a.Drop) : 1f;
        alpha[at] = weight * kept;
        dscore[at] = weight * (kept * g - dot[there]);
    }
}

/// <summary>Backward attention over a run of one node's out-edges on the CPU.</summary>
internal readonly ref struct AttendGradPass<TScore> where TScore : struct, IScore<TScore>
{
    private const int Ahead = 8;
    private readonly EdgeScores<TScore> scores;
    private readonly ReadOnlySpan<int> column;
    private readonly ReadOnlySpan<float> x, dy, lse, dot;
    private readonly Span<float> dscore, alpha, weight, g, scratch;
    private readonly Attention a;
    private readonly int width, heads;

    public AttendGradPass(AttendGrad<TScore> of, Span<float> room)
    {
        (a, heads, width) = (of.A, of.A.Heads, of.A.X.Shape.RowLength);
        column = of.Out.Column.Span;
        x = a.X.Span;
        dy = of.DY.Span;
        lse = of.Lse.Span;
        dot = of.Dot.Span;
        dscore = of.DScore.Span;
        if (of.Alpha is not null) alpha = of.Alpha.Span;
        scratch = room[..a.Width];
        scores = new(of.Out, a, outgoing: true, scratch);
        weight = room.Slice(a.Width, EdgeScores<TScore>.Room(heads));
        g = room.Slice(a.Width + weight.Length, weight.Length);
    }

    /// <summary>Floats that a pass needs.</summary>
    public static int Room(Attention a) => a.Width + 2 * EdgeScores<TScore>.Room(a.Heads);

    /// <summary>Adds to dx, and writes the gradients of the scores.</summary>
    public void Add(int row, int first, int end, Span<float> dx)
    {
        for (var entry = first; entry < end; entry += EdgeScores<TScore>.Block)
        {
            var count = Math.Min(EdgeScores<TScore>.Block, end - entry);
            Weights(row, entry, count);
            g[..(count * heads)].Clear();
            for (var head = 0; head < heads; head++) Values(row, head, entry, count, dx);
            if (a.EdgeInValue) EdgeValues(entry, count);
            Scores(entry, count);
        }
    }

    // weight = α; Scores divides by what dropout keeps later.
    private void Weights(int row, int from, int count)
    {
        scores.Of(row, from, count, weight);
        for (var k = 0; k < count; k++)
        {
            var at = column[from + k] * heads;
            for (var head = 0; head < heads; head++) weight[k * heads + head] -= lse[at + head];
        }
        for (var i = 0; i < count * heads; i += Lanes.Width) Vector256.Exp(Lanes.Load(weight, i)).Store(weight, i);
    }

    private float Kept(int item) => a.Drop > 0f ? Attention.Kept(a.Key, item, a.Drop) : 1f;

    // dx += α·kept·dy and g = dy·x of one head: the gathered rows are read once.
    private void Values(int row, int head, int from, int count, Span<float> dx)
    {
        int j = head * a.Features, end = j + a.Features;
        for (; j <= end - 2 * Lanes.Width; j += 2 * Lanes.Width) Two(row, head, from, count, j, dx);
        for (; j <= end - Lanes.Width; j += Lanes.Width) One(row, head, from, count, j, dx);
        for (; j < end; j++)
            for (var k = 0; k < count; k++)
            {
                var d = dy[column[from + k] * width + j];
                dx[j] += WeightOf(from, k, head) * d;
                g[k * heads + head] += d * x[row * width + j];
            }
    }

    private float WeightOf(int from, int k, int head) => weight[k * heads + head] * Kept(scores.Position(from + k) * heads + head);

    private void Two(int row, int head, int from, int count, int j, Span<float> dx)
    {
        Vector256<float> x0 = Lanes.Load(x, row * width + j), x1 = Lanes.Load(x, row * width + j + Lanes.Width), d0 = Lanes.Load(dx, j), d1 = Lanes.Load(dx, j + Lanes.Width);
        for (var k = 0; k < count; k++)
        {
            Prefetch(from + k, j);
            var at = column[from + k] * width + j;
            Vector256<float> v0 = Lanes.Load(dy, at), v1 = Lanes.Load(dy, at + Lanes.Width);
            var w = Vector256.Create(WeightOf(from, k, head));
            d0 += w * v0;
            d1 += w * v1;
            g[k * heads + head] += Vector256.Sum(v0 * x0 + v1 * x1);
        }
        d0.Store(dx, j);
        d1.Store(dx, j + Lanes.Width);
    }

    private void One(int row, int head, int from, int count, int j, Span<float> dx)
    {
        Vector256<float> own = Lanes.Load(x, row * width + j), sum = Lanes.Load(dx, j);
        for (var k = 0; k < count; k++)
        {
            Prefetch(from + k, j);
            var v = Lanes.Load(dy, column[from + k] * width + j);
            sum += v * WeightOf(from, k, head);
            g[k * heads + head] += Vector256.Sum(v * own);
        }
        sum.Store(dx, j);
    }

    // What the edge adds to x has a share in g too.
    private void EdgeValues(int from, int count)
    {
        for (var k = 0; k < count; k++)
        {
            scratch.Clear();
            scores.AddEdge(scores.Position(from + k), scratch, scratch);
            for (var head = 0; head < heads; head++)
                g[k * heads + head] += HeadDot.Of(dy.Slice(column[from + k] * width + head * a.Features, a.Features), scratch.Slice(head * a.Features, a.Features));
        }
    }

    private void Scores(int from, int count)
    {
        for (var k = 0; k < count; k++)
        {
            int to = column[from + k] * heads, at = scores.Position(from + k) * heads;
            for (var head = 0; head < heads; head++)
            {
                var kept = Kept(at + head);
                dscore[at + head] = weight[k * heads + head] * (kept * g[k * heads + head] - dot[to + head]);
                if (!alpha.IsEmpty) alpha[at + head] = weight[k * heads + head] * kept;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe void Prefetch(int entry, int j)
    {
        if (Sse.IsSupported && entry + Ahead < column.Length)
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetReference(dy), (nint)column[entry + Ahead] * width + j)));
    }
}
