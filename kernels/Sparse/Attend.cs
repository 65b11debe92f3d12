using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>yᵢ = Σⱼ αᵢⱼ·xⱼ with αᵢⱼ = softmaxⱼ LeakyReLU(sⱼ + tᵢ + eᵢⱼ), head by head, in one pass over the in-edges of each node.</summary>
/// <remarks>
/// Scores are made, exponentiated and used a block of edges at a time, so nothing of the size edges × features exists, nor of edges × heads.
/// What stays for backward is <paramref name="Lse"/>[m,h], the logarithm of each softmax's denominator (Dao et al. 2022, arXiv:2205.14135,
/// section 3.1, keep the same). A node without in-edges gets zeros.
/// CPU: one narrow pass finds the row's maxima, one wide pass exponentiates and accumulates eight features at a time.
/// GPU: one work item per node and feature, features fastest, so that a warp reads consecutive floats of one row of x.
/// </remarks>
public readonly record struct Attend(Csr In, Attention A, Tensor Y, Tensor Lse) : IKernel, IRowLoop
{
    private const int Block = 64;   // edges whose weights are held on the stack at a time

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(In, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var scorer = new AttentionScores(In, A);
        var heads = A.Heads;
        Span<float> max = stackalloc float[heads], sum = stackalloc float[heads], weight = stackalloc float[Block * heads];
        ReadOnlySpan<int> start = In.RowStart.Span, column = In.Column.Span;
        ReadOnlySpan<float> x = A.X.Span;
        Span<float> ys = Y.Span, lse = Lse.Span;
        var width = Y.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            var y = ys.Slice(row * width, width);
            y.Clear();
            sum.Clear();
            scorer.Max(row, start[row], start[row + 1], max);
            for (var entry = start[row]; entry < start[row + 1]; entry += Block)
            {
                var count = Math.Min(Block, start[row + 1] - entry);
                scorer.Exponentials(row, entry, count, max, sum, weight);
                Accumulate(x, column.Slice(entry, count), weight, y);
            }
            for (var head = 0; head < heads; head++)
            {
                lse[row * heads + head] = sum[head] == 0f ? 0f : max[head] + MathF.Log(sum[head]);
                Scale(y.Slice(head * A.Features, A.Features), sum[head] == 0f ? 0f : 1f / sum[head]);
            }
        }
    }

    private void Accumulate(ReadOnlySpan<float> x, ReadOnlySpan<int> neighbours, ReadOnlySpan<float> weight, Span<float> y)
    {
        int heads = A.Heads, features = A.Features;
        for (var head = 0; head < heads; head++)
        {
            int at = head * features, end = at + features;
            for (; at <= end - 2 * Lanes.Width; at += 2 * Lanes.Width) Pair(x, neighbours, weight, head, y, at);
            for (; at <= end - Lanes.Width; at += Lanes.Width) Single(x, neighbours, weight, head, y, at);
            for (; at < end; at++)
                for (var k = 0; k < neighbours.Length; k++) y[at] += weight[k * heads + head] * x[neighbours[k] * y.Length + at];
        }
    }

    private void Pair(ReadOnlySpan<float> x, ReadOnlySpan<int> neighbours, ReadOnlySpan<float> weight, int head, Span<float> y, int at)
    {
        var heads = A.Heads;
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), at);
        Vector256<float> low = Lanes.Load(y, at), high = Lanes.Load(y, at + Lanes.Width);
        for (var k = 0; k < neighbours.Length; k++)
        {
            var offset = (nuint)neighbours[k] * (nuint)y.Length;
            var w = Vector256.Create(weight[k * heads + head]);
            low += w * Vector256.LoadUnsafe(ref source, offset);
            high += w * Vector256.LoadUnsafe(ref source, offset + Lanes.Width);
        }
        low.Store(y, at);
        high.Store(y, at + Lanes.Width);
    }

    private void Single(ReadOnlySpan<float> x, ReadOnlySpan<int> neighbours, ReadOnlySpan<float> weight, int head, Span<float> y, int at)
    {
        var heads = A.Heads;
        var sum = Lanes.Load(y, at);
        for (var k = 0; k < neighbours.Length; k++) sum += Vector256.Create(weight[k * heads + head]) * Lanes.Load(x, neighbours[k] * y.Length + at);
        sum.Store(y, at);
    }

    private static void Scale(Span<float> y, float by)
    {
        var i = 0;
        for (; i <= y.Length - Lanes.Width; i += Lanes.Width) (Lanes.Load(y, i) * by).Store(y, i);
        for (; i < y.Length; i++) y[i] *= by;
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, In.RowStart.View, In.Column.View, A.X.View, A.Source.View, A.Target.View,
        (A.Edge ?? A.Source).View, new Options(A), Y.View, Lse.View);

    internal readonly struct Options(Attention a)
    {
        public readonly int Heads = a.Heads, Features = a.Features, HasEdge = a.Edge is null ? 0 : 1;
        public readonly float Slope = a.Slope, Drop = a.Drop;
        public readonly RandomKey Key = a.Key;
    }

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<float> x, ArrayView<float> source,
        ArrayView<float> target, ArrayView<float> edge, Options a, ArrayView<float> y, ArrayView<float> lse)
    {
        int width = a.Heads * a.Features, row = item / width, head = item % width / a.Features;
        float own = target[row * a.Heads + head], max = float.NegativeInfinity, sum = 0f, total = 0f;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            var score = Score(entry, head, column[entry], own, source, edge, a);
            max = score < max ? max : score;
        }
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            var power = MathF.Exp(Score(entry, head, column[entry], own, source, edge, a) - max);
            sum += power;
            total += (a.Drop > 0f ? power * Attention.Kept(a.Key, entry * a.Heads + head, a.Drop) : power) * x[column[entry] * width + item % width];
        }
        y[item] = sum == 0f ? 0f : total * (1f / sum);
        if (item % a.Features == 0) lse[row * a.Heads + head] = sum == 0f ? 0f : max + MathF.Log(sum);
    }

    internal static float Score(int entry, int head, int column, float own, ArrayView<float> source, ArrayView<float> edge, Options a)
    {
        var raw = source[column * a.Heads + head] + own;
        if (a.HasEdge != 0) raw += edge[entry * a.Heads + head];
        return Attention.Leaky(raw, a.Slope);
    }
}
