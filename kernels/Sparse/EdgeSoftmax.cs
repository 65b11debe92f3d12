using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>alpha[e,h] = softmax of score[e,h] over the entries of each row of A, head by head. A row without entries has nothing to write.</summary>
/// <remarks>
/// Values lie in the order of A's entries (A has no edge ids of its own). The maximum is subtracted first, so large scores are safe.
/// CPU: the entries of a row times their heads are one run of floats; when the heads divide a vector, lane l always belongs to
/// head l mod h, so maxima, exponentials and sums go eight at a time. GPU: one work item per row and head. One row, one owner.
/// </remarks>
public readonly record struct EdgeSoftmax(Csr A, Tensor Score, Tensor Alpha) : IKernel, ISplitRow
{
    private int Heads => Score.Shape.RowLength;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForSplitRows(A, this);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var heads = Heads;
        ReadOnlySpan<int> start = A.RowStart.Span;
        ReadOnlySpan<float> score = Score.Span;
        var alpha = Alpha.Span;
        var wide = heads > 0 && Lanes.Width % heads == 0;
        for (var row = first; row < end; row++)
        {
            if (SplitRows.IsLong(start, row)) continue;
            int from = start[row] * heads, count = start[row + 1] * heads - from;
            if (wide && count >= Lanes.Width) Wide(score.Slice(from, count), alpha.Slice(from, count), heads);
            else for (var head = 0; head < heads; head++) Narrow(score.Slice(from, count), alpha.Slice(from, count), head, heads);
        }
    }

    int ISplitRow.PartWidth => 2 * Heads;

    // The exponentials under the part's own maximum; the part keeps that and their sum.
    void ISplitRow.Part(int row, int first, int end, Span<float> part)
    {
        var heads = Heads;
        ReadOnlySpan<float> score = Score.Span[(first * heads)..(end * heads)];
        var alpha = Alpha.Span[(first * heads)..(end * heads)];
        for (var head = 0; head < heads; head++)
        {
            float max = float.NegativeInfinity, sum = 0f;
            for (var i = head; i < score.Length; i += heads) max = MathF.Max(max, score[i]);
            for (var i = head; i < score.Length; i += heads) sum += alpha[i] = MathF.Exp(score[i] - max);
            (part[head], part[heads + head]) = (max, sum);
        }
    }

    void ISplitRow.Join(int row, Tensor parts)
    {
        var heads = Heads;
        for (var head = 0; head < heads; head++)
        {
            float max = float.NegativeInfinity, sum = 0f;
            for (var i = 0; i < parts.Shape[0]; i++) max = MathF.Max(max, parts.Row(i)[head]);
            for (var i = 0; i < parts.Shape[0]; i++) sum += parts.Row(i)[heads + head] * MathF.Exp(parts.Row(i)[head] - max);
            for (var i = 0; i < parts.Shape[0]; i++) parts.Row(i)[head] = MathF.Exp(parts.Row(i)[head] - max) / sum;
        }
        var alpha = Alpha.Span[(A.RowStart.Span[row] * heads)..(A.RowStart.Span[row + 1] * heads)];
        for (var i = 0; i < parts.Shape[0]; i++)
        {
            var own = alpha[(i * SplitRows.Longest * heads)..];
            Multiply(own[..Math.Min(own.Length, SplitRows.Longest * heads)], parts.Row(i)[..heads]);
        }
    }

    // Each entry's heads by theirs.
    private static void Multiply(Span<float> alpha, ReadOnlySpan<float> factor)
    {
        if (factor.Length == 1) Lanes.Scale(alpha, factor[0]);
        else for (; alpha.Length > 0; alpha = alpha[factor.Length..])
            for (var head = 0; head < factor.Length; head++) alpha[head] *= factor[head];
    }

    private static void Wide(ReadOnlySpan<float> score, Span<float> alpha, int heads)
    {
        var max = Lanes.Load(score, 0);
        var i = Lanes.Width;
        for (; i <= score.Length - Lanes.Width; i += Lanes.Width) max = Vector256.Max(max, Lanes.Load(score, i));
        Span<float> most = stackalloc float[Lanes.Width], sum = stackalloc float[Lanes.Width];
        max.Store(most, 0);
        for (; i < score.Length; i++) most[i % heads] = MathF.Max(most[i % heads], score[i]);
        for (var lane = heads; lane < Lanes.Width; lane++) most[lane % heads] = MathF.Max(most[lane % heads], most[lane]);
        for (var lane = heads; lane < Lanes.Width; lane++) most[lane] = most[lane % heads];

        max = Lanes.Load(most, 0);
        var total = Vector256<float>.Zero;
        for (i = 0; i <= score.Length - Lanes.Width; i += Lanes.Width)
        {
            var power = Vector256.Exp(Lanes.Load(score, i) - max);
            power.Store(alpha, i);
            total += power;
        }
        total.Store(sum, 0);
        for (; i < score.Length; i++) sum[i % heads] += alpha[i] = MathF.Exp(score[i] - most[i % heads]);
        for (var lane = heads; lane < Lanes.Width; lane++) sum[lane % heads] += sum[lane];
        for (var lane = heads; lane < Lanes.Width; lane++) sum[lane] = sum[lane % heads];

        var scale = Vector256<float>.One / Lanes.Load(sum, 0);
        for (i = 0; i <= score.Length - Lanes.Width; i += Lanes.Width) (Lanes.Load(alpha, i) * scale).Store(alpha, i);
        for (; i < score.Length; i++) alpha[i] *= 1f / sum[i % heads];
    }

    private static void Narrow(ReadOnlySpan<float> score, Span<float> alpha, int head, int heads)
    {
        float max = float.NegativeInfinity, sum = 0f;
        for (var i = head; i < score.Length; i += heads) max = MathF.Max(max, score[i]);
        for (var i = head; i < score.Length; i += heads) sum += alpha[i] = MathF.Exp(score[i] - max);
        for (var i = head; i < score.Length; i += heads) alpha[i] *= 1f / sum;
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        gpu.Launch(Kernel, A.Rows * Heads, A.RowStart.View, Score.View, Alpha.View, Heads);
        if (LongRows.In(A)) gpu.LaunchGroups(KernelLong, new KernelConfig(LongRows.Parts(A) * Heads, GroupReduce.Threads(gpu)), A.RowStart.View, Score.View, Alpha.View, Heads);
    }

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<float> score, ArrayView<float> alpha, int heads)
    {
        int row = item / heads, from = start[row] * heads + item % heads, to = start[row + 1] * heads;
        if (start[row + 1] - start[row] > LongRows.Longest) return;
        float max = float.NegativeInfinity, sum = 0f;
        for (var i = from; i < to; i += heads) max = score[i] < max ? max : score[i];   // NaN takes over
        for (var i = from; i < to; i += heads)
        {
            var power = MathF.Exp(score[i] - max);
            alpha[i] = power;
            sum += power;
        }
        for (var i = from; i < to; i += heads) alpha[i] *= 1f / sum;
    }

    private static void KernelLong(ArrayView<int> start, ArrayView<float> score, ArrayView<float> alpha, int heads)
    {
        var (first, end) = LongRows.Whole(Grid.IdxX / heads, start);
        int from = (first + Group.IdxX) * heads + Grid.IdxX % heads, to = end * heads, step = Group.DimX * heads;
        float max = float.NegativeInfinity, sum = 0f;
        for (var i = from; i < to; i += step) max = score[i] < max ? max : score[i];
        max = GroupReduce.Largest(max);
        for (var i = from; i < to; i += step) sum += MathF.Exp(score[i] - max);
        sum = GroupReduce.Sum(sum);
        for (var i = from; i < to; i += step) alpha[i] = MathF.Exp(score[i] - max) * (1f / sum);
    }
}

/// <summary>dscore = alpha · (dalpha − Σ alpha·dalpha over the row), or added: the gradient of <see cref="EdgeSoftmax"/>.</summary>
public readonly record struct EdgeSoftmaxGrad(Csr A, Tensor Alpha, Tensor DAlpha, Tensor DScore, bool Accumulate) : IKernel, ISplitRow
{
    private int Heads => Alpha.Shape.RowLength;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForSplitRows(A, this);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = A.RowStart.Span;
        var values = new Values(this);
        for (var row = first; row < end; row++)
        {
            if (SplitRows.IsLong(start, row)) continue;
            for (var head = 0; head < values.Heads; head++) values.Write(start[row], start[row + 1], head, values.Dot(start[row], start[row + 1], head));
        }
    }

    private readonly ref struct Values(EdgeSoftmaxGrad of)
    {
        private readonly ReadOnlySpan<float> alpha = of.Alpha.Span, dalpha = of.DAlpha.Span;
        private readonly Span<float> dscore = of.DScore.Span;
        private readonly bool accumulate = of.Accumulate;

        public readonly int Heads = of.Heads;

        public float Dot(int first, int end, int head)
        {
            ReadOnlySpan<float> a = alpha[(first * Heads)..(end * Heads)], da = dalpha[(first * Heads)..(end * Heads)];
            var dot = 0f;
            for (var i = head; i < a.Length; i += Heads) dot += a[i] * da[i];
            return dot;
        }

        public void Write(int first, int end, int head, float dot)
        {
            ReadOnlySpan<float> a = alpha[(first * Heads)..(end * Heads)], da = dalpha[(first * Heads)..(end * Heads)];
            var ds = dscore[(first * Heads)..(end * Heads)];
            for (var i = head; i < a.Length; i += Heads) ds[i] = (accumulate ? ds[i] : 0f) + a[i] * (da[i] - dot);
        }
    }

    int ISplitRow.PartWidth => Heads;

    void ISplitRow.Part(int row, int first, int end, Span<float> part)
    {
        var values = new Values(this);
        for (var head = 0; head < values.Heads; head++) part[head] = values.Dot(first, end, head);
    }

    void ISplitRow.Join(int row, Tensor parts)
    {
        ReadOnlySpan<int> start = A.RowStart.Span;
        var values = new Values(this);
        for (var head = 0; head < values.Heads; head++)
        {
            var dot = 0f;
            for (var i = 0; i < parts.Shape[0]; i++) dot += parts.Row(i)[head];
            values.Write(start[row], start[row + 1], head, dot);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        gpu.Launch(Kernel, A.Rows * Heads, A.RowStart.View, Alpha.View, DAlpha.View, DScore.View, Heads, Accumulate ? 1 : 0);
        if (!LongRows.In(A)) return;
        gpu.LaunchGroups(KernelLong, new KernelConfig(LongRows.Parts(A) * Heads, GroupReduce.Threads(gpu)), A.RowStart.View, Alpha.View, DAlpha.View, DScore.View, Heads, Accumulate ? 1 : 0);
    }

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<float> alpha, ArrayView<float> dalpha, ArrayView<float> dscore, int heads, int accumulate)
    {
        int row = item / heads, from = start[row] * heads + item % heads, to = start[row + 1] * heads;
        if (start[row + 1] - start[row] > LongRows.Longest) return;
        var dot = 0f;
        for (var i = from; i < to; i += heads) dot += alpha[i] * dalpha[i];
        for (var i = from; i < to; i += heads) dscore[i] = (accumulate != 0 ? dscore[i] : 0f) + alpha[i] * (dalpha[i] - dot);
    }

    private static void KernelLong(ArrayView<int> start, ArrayView<float> alpha, ArrayView<float> dalpha, ArrayView<float> dscore, int heads, int accumulate)
    {
        var (first, end) = LongRows.Whole(Grid.IdxX / heads, start);
        int from = (first + Group.IdxX) * heads + Grid.IdxX % heads, to = end * heads, step = Group.DimX * heads;
        var dot = 0f;
        for (var i = from; i < to; i += step) dot += alpha[i] * dalpha[i];
        dot = GroupReduce.Sum(dot);
        for (var i = from; i < to; i += step) dscore[i] = (accumulate != 0 ? dscore[i] : 0f) + alpha[i] * (dalpha[i] - dot);
    }
}
