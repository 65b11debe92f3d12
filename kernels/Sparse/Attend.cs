using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>yᵢ = Σⱼ αᵢⱼ·xⱼ with αᵢⱼ = softmaxⱼ score(sourceⱼ + edgeᵢⱼ, targetᵢ), head by head, in one pass over the in-edges of each node.</summary>
/// <remarks>
/// Scores are made, exponentiated and used a block of edges at a time, under a maximum that may still grow (Milakov and Gimelshein 2018,
/// arXiv:1805.02867), so nothing of the size edges × features exists. What stays for backward is <paramref name="Lse"/>[m,h], the
/// logarithm of each softmax's denominator (Dao et al. 2022, arXiv:2205.14135, section 3.1, keep the same). Of no edges, or of
/// none with a score above −∞, 0.
/// CPU: eight features at a time; the parts of a hub's edges are joined like blocks. GPU: scores[e,h] first, one work item for a node and
/// head, then one for a node and feature, features fastest, so that a warp reads consecutive floats of one row of x.
/// </remarks>
public readonly record struct Attend<TScore>(Csr In, Attention A, Tensor Y, Tensor Lse) : IKernel, ISplitRow where TScore : struct, IScore<TScore>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForSplitRows(In, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var room = AttendPass<TScore>.Room(A);
        var pass = new AttendPass<TScore>(In, A, room <= AttendPass<TScore>.OnStack ? stackalloc float[room] : new float[room]);
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
        var pass = new AttendPass<TScore>(In, A, room <= AttendPass<TScore>.OnStack ? stackalloc float[room] : new float[room]);
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
            Lanes.Scale(y.Slice(head * features, features), sum == 0f ? 0f : 1f / sum);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        using var score = new Tensor(gpu, new Shape(In.Entries, A.Heads));
        var views = new AttentionViews(A);
        gpu.Launch(KernelScore, In.Rows * A.Heads, In.RowStart.View, In.Column.View, views, score.View);
        gpu.Launch(Kernel, Y.Count, In.RowStart.View, In.Column.View, views, score.View, Y.View, Lse.View);
    }

    private static void KernelScore(Index1D item, ArrayView<int> start, ArrayView<int> column, AttentionViews a, ArrayView<float> score)
    {
        int row = item / a.Heads, head = item % a.Heads;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            var sum = 0f;
            for (var c = head * a.Channels; c < (head + 1) * a.Channels; c++)
                sum += TScore.Term(a.AtSource(column[entry], entry, c), a.AtTarget(row, c), a.WeightOf(c), a.Constant);
            score[entry * a.Heads + head] = sum;
        }
    }

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, AttentionViews a, ArrayView<float> score, ArrayView<float> y, ArrayView<float> lse)
    {
        int width = a.Heads * a.Features, row = item / width, j = item % width, head = j / a.Features;
        float max = float.NegativeInfinity, sum = 0f, total = 0f;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            var one = score[entry * a.Heads + head];
            max = one < max ? max : one;
        }
        if (max == float.NegativeInfinity) max = 0f;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            var power = MathF.Exp(score[entry * a.Heads + head] - max);
            sum += power;
            total += (a.Drop > 0f ? power * Attention.Kept(a.Key, entry * a.Heads + head, a.Drop) : power) * a.Value(column[entry], entry, j);
        }
        y[item] = sum == 0f ? 0f : total * (1f / sum);
        if (j % a.Features == 0) lse[row * a.Heads + head] = sum == 0f ? 0f : max + MathF.Log(sum);
    }
}
