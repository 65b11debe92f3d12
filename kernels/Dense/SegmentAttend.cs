using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The operands of attention among the rows of each segment, head by head.</summary>
/// <param name="Qkv">qkv[n, 3·h·d]: a row's queries, then its keys, then its values.</param>
/// <param name="Segment">The segment of each row, ascending.</param>
/// <param name="Start">segments + 1 rows: where each begins.</param>
/// <param name="Heads">The number of heads, h.</param>
/// <param name="Longest">Rows of the longest segment; names the random numbers.</param>
/// <param name="Drop">The probability that a weight is dropped, 0 to 1.</param>
/// <param name="Key">Names the random numbers of the dropout.</param>
public readonly record struct SegmentAttention(Tensor Qkv, Indices Segment, Indices Start, int Heads, int Longest, float Drop, RandomKey Key)
{
    /// <summary>Columns of all heads, h·d.</summary>
    public int Width => Qkv.Shape.RowLength / 3;

    /// <summary>Columns of one head, d.</summary>
    public int Features => Width / Heads;

    /// <summary>1 / √d.</summary>
    public float Scale => 1f / MathF.Sqrt(Features);

    /// <summary>What the weight of row i for row j is multiplied by.</summary>
    internal static float Kept(RandomKey key, int i, int place, int head, int longest, int heads, float drop) =>
        drop > 0f ? Attention.Kept(key, unchecked((i * longest + place) * heads + head), drop) : 1f;
}

/// <summary>yᵢ = Σⱼ αᵢⱼ·vⱼ, αᵢⱼ = softmaxⱼ ⟨qᵢ, kⱼ⟩ / √d over all rows j of i's segment.</summary>
/// <remarks>
/// Vaswani et al. 2017, arXiv:1706.03762, eq. 1. O(n²·h·d) work in a segment of n rows and no buffer of n²: weights are made 64 at a time
/// with a running maximum (Dao et al. 2022, arXiv:2205.14135, section 3.1), and <paramref name="Lse"/> stays for backward.
/// GPU: one work item per row and head.
/// </remarks>
/// <param name="A">The operands.</param>
/// <param name="Y">y[n, h·d].</param>
/// <param name="Lse">The logarithm of each softmax's denominator, lse[n, h].</param>
public readonly record struct SegmentAttend(SegmentAttention A, Tensor Y, Tensor Lse) : IKernel, IRowLoop
{
    private const int Block = 64;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Shape[0], this, grain: 1 + 16_384 / (1 + A.Longest * A.Width));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> segment = A.Segment.Span, start = A.Start.Span;
        Span<float> y = Y.Span, lse = Lse.Span;
        int width = A.Width, features = A.Features;
        for (var row = first; row < end; row++)
            for (var head = 0; head < A.Heads; head++)
                lse[row * A.Heads + head] = Head(row, head, start[segment[row]], start[segment[row] + 1], y.Slice(row * width + head * features, features));
    }

    private float Head(int row, int head, int from, int to, Span<float> y)
    {
        ReadOnlySpan<float> qkv = A.Qkv.Span;
        int width = A.Width, features = A.Features, at = head * features;
        var q = qkv.Slice(row * 3 * width + at, features);
        Span<float> weight = stackalloc float[Block];
        var (max, sum) = (float.NegativeInfinity, 0f);
        y.Clear();
        for (var first = from; first < to; first += Block)
        {
            var count = Math.Min(Block, to - first);
            var top = max;
            for (var k = 0; k < count; k++)
            {
                weight[k] = A.Scale * Lanes.Dot(q, qkv.Slice((first + k) * 3 * width + width + at, features));
                top = weight[k] > top || float.IsNaN(weight[k]) ? weight[k] : top;
            }
            var shrink = MathF.Exp(max - top);
            if (first > from) for (var j = 0; j < features; j++) y[j] *= shrink;
            (max, sum) = (top, sum * (first > from ? shrink : 0f));
            for (var k = 0; k < count; k++)
            {
                var power = MathF.Exp(weight[k] - max);
                sum += power;
                Lanes.AddScaled(power * Kept(row, first + k - from, head), qkv.Slice((first + k) * 3 * width + 2 * width + at, features), y);
            }
        }
        for (var j = 0; j < features; j++) y[j] /= sum;
        return max + MathF.Log(sum);
    }

    private float Kept(int row, int place, int head) => SegmentAttention.Kept(A.Key, row, place, head, A.Longest, A.Heads, A.Drop);

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Lse.Count, A.Qkv.View, A.Segment.View, A.Start.View, new Form(A), Y.View, Lse.View);

    internal readonly struct Form(SegmentAttention a)
    {
        public readonly int Heads = a.Heads, Width = a.Width, Features = a.Features, Longest = a.Longest;
        public readonly float Scale = a.Scale, Drop = a.Drop;
        public readonly RandomKey Key = a.Key;

        public float Score(ArrayView<float> qkv, int i, int j, int head)
        {
            int left = i * 3 * Width + head * Features, right = j * 3 * Width + Width + head * Features;
            var dot = 0f;
            for (var k = 0; k < Features; k++) dot += qkv[left + k] * qkv[right + k];
            return Scale * dot;
        }

        public float Kept(int i, int place, int head) => SegmentAttention.Kept(Key, i, place, head, Longest, Heads, Drop);
    }

    private static void Kernel(Index1D item, ArrayView<float> qkv, ArrayView<int> segment, ArrayView<int> start, Form a, ArrayView<float> y, ArrayView<float> lse)
    {
        int row = item / a.Heads, head = item % a.Heads, from = start[segment[row]], to = start[segment[row] + 1], own = row * a.Width + head * a.Features;
        float max = float.NegativeInfinity, sum = 0f;
        for (var j = from; j < to; j++)
        {
            var score = a.Score(qkv, row, j, head);
            max = score < max ? max : score;
        }
        for (var k = 0; k < a.Features; k++) y[own + k] = 0f;
        for (var j = from; j < to; j++)
        {
            var power = MathF.Exp(a.Score(qkv, row, j, head) - max);
            sum += power;
            power *= a.Kept(row, j - from, head);
            for (var k = 0; k < a.Features; k++) y[own + k] += power * qkv[j * 3 * a.Width + 2 * a.Width + head * a.Features + k];
        }
        for (var k = 0; k < a.Features; k++) y[own + k] /= sum;
        lse[item] = max + MathF.Log(sum);
    }
}

/// <summary>The gradient of <see cref="SegmentAttend"/>: each row meets every row of its segment, once as the one that asks and once as the one that is asked.</summary>
/// <param name="A">The operands of forward.</param>
/// <param name="Lse">Kept from forward, lse[n, h].</param>
/// <param name="Dot">From <see cref="HeadDot"/>, dot[n, h] = Σ dy·y.</param>
/// <param name="DY">The gradient of y.</param>
/// <param name="D">The gradient of qkv, written or added to.</param>
/// <param name="Accumulate">Whether to add.</param>
public readonly record struct SegmentAttendGrad(SegmentAttention A, Tensor Lse, Tensor Dot, Tensor DY, Tensor D, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(DY.Shape[0], this, grain: 1 + 8_192 / (1 + A.Longest * A.Width));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> segment = A.Segment.Span, start = A.Start.Span;
        var d = D.Span;
        var width = A.Width;
        for (var row = first; row < end; row++)
        {
            var own = d.Slice(row * 3 * width, 3 * width);
            if (!Accumulate) own.Clear();
            for (var head = 0; head < A.Heads; head++) Head(row, head, start[segment[row]], start[segment[row] + 1], own);
        }
    }

    private void Head(int row, int head, int from, int to, Span<float> d)
    {
        ReadOnlySpan<float> qkv = A.Qkv.Span, dys = DY.Span, lse = Lse.Span, dot = Dot.Span;
        int width = A.Width, features = A.Features, at = head * features, heads = A.Heads;
        ReadOnlySpan<float> q = qkv.Slice(row * 3 * width + at, features), k = qkv.Slice(row * 3 * width + width + at, features);
        ReadOnlySpan<float> v = qkv.Slice(row * 3 * width + 2 * width + at, features), dy = dys.Slice(row * width + at, features);
        Span<float> dq = d.Slice(at, features), dk = d.Slice(width + at, features), dv = d.Slice(2 * width + at, features);
        for (var j = from; j < to; j++)
        {
            var other = qkv.Slice(j * 3 * width, 3 * width);
            ReadOnlySpan<float> theirs = other.Slice(at, features), key = other.Slice(width + at, features), value = other.Slice(2 * width + at, features);
            var asks = MathF.Exp(A.Scale * Lanes.Dot(q, key) - lse[row * heads + head]);
            var kept = SegmentAttention.Kept(A.Key, row, j - from, head, A.Longest, heads, A.Drop);
            Lanes.AddScaled(A.Scale * asks * (kept * Lanes.Dot(dy, value) - dot[row * heads + head]), key, dq);
            var dyj = dys.Slice(j * width + at, features);
            var asked = MathF.Exp(A.Scale * Lanes.Dot(theirs, k) - lse[j * heads + head]);
            kept = SegmentAttention.Kept(A.Key, j, row - from, head, A.Longest, heads, A.Drop);
            Lanes.AddScaled(A.Scale * asked * (kept * Lanes.Dot(dyj, v) - dot[j * heads + head]), theirs, dk);
            Lanes.AddScaled(asked * kept, dyj, dv);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Lse.Count, A.Qkv.View, A.Segment.View, A.Start.View, new SegmentAttend.Form(A),
        Lse.View, Dot.View, DY.View, D.View, Accumulate ? 1 : 0);

    private static void Kernel(Index1D item, ArrayView<float> qkv, ArrayView<int> segment, ArrayView<int> start, SegmentAttend.Form a,
        ArrayView<float> lse, ArrayView<float> dot, ArrayView<float> dy, ArrayView<float> d, int accumulate)
    {
        int row = item / a.Heads, head = item % a.Heads, from = start[segment[row]], to = start[segment[row] + 1], at = head * a.Features;
        int own = row * 3 * a.Width + at;
        for (var k = 0; accumulate == 0 && k < a.Features; k++) d[own + k] = d[own + a.Width + k] = d[own + 2 * a.Width + k] = 0f;
        for (var j = from; j < to; j++)
        {
            int other = j * 3 * a.Width + at, theirs = j * a.Heads + head;
            float asks = MathF.Exp(a.Score(qkv, row, j, head) - lse[item]), asked = MathF.Exp(a.Score(qkv, j, row, head) - lse[theirs]), g = 0f, h = 0f;
            for (var k = 0; k < a.Features; k++)
            {
                g += dy[row * a.Width + at + k] * qkv[other + 2 * a.Width + k];
                h += dy[j * a.Width + at + k] * qkv[own + 2 * a.Width + k];
            }
            var kept = a.Kept(j, row - from, head);
            asks *= a.Scale * (a.Kept(row, j - from, head) * g - dot[item]);
            var score = a.Scale * asked * (kept * h - dot[theirs]);
            for (var k = 0; k < a.Features; k++)
            {
                d[own + k] += asks * qkv[other + a.Width + k];
                d[own + a.Width + k] += score * qkv[other + k];
                d[own + 2 * a.Width + k] += asked * kept * dy[j * a.Width + at + k];
            }
        }
    }
}
