using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>yᵣ = Σ α·x꜀ with α = softmax(t·x꜀) over the entries (r, c) of A, channel by channel: between a mean (t = 0) and a maximum (t → ∞).</summary>
/// <remarks>Li et al. 2020, arXiv:2006.07739, section 3.2. Two passes over a row, the second from the cache; nothing of the size entries × f. Of nothing, 0.</remarks>
/// <param name="A">The pattern.</param>
/// <param name="X">x[A.Columns, f].</param>
/// <param name="T">t[1], or t[f].</param>
/// <param name="Y">y[A.Rows, f].</param>
/// <param name="Lse">The logarithm of each softmax's denominator, kept for the gradient; shaped like y.</param>
public readonly record struct SoftmaxSum(Csr A, Tensor X, Tensor T, Tensor Y, Tensor Lse) : IKernel, ISplitRow
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForSplitRows(A, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var entries = new Entries(A, weight: null);
        Span<float> y = Y.Span, lse = Lse.Span;
        var width = X.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            var (from, to) = entries.Of(row);
            if (SplitRows.IsLong(from, to)) continue;
            for (var j = 0; j < width; j += Lanes.Width)
            {
                var (max, sum, total) = State(entries, from, to, j);
                (from < to ? total / sum : default).StoreUpTo(y, row * width + j, width - j);
                (from < to ? max + Vector256.Log(sum) : default).StoreUpTo(lse, row * width + j, width - j);
            }
        }
    }

    private Vector256<float> Temperature(int j) => T.Count == 1 ? Vector256.Create(T.Span[0]) : Lanes.LoadPast(T.Span, j);

    private (Vector256<float> Max, Vector256<float> Sum, Vector256<float> Total) State(Entries entries, int from, int to, int j)
    {
        ReadOnlySpan<float> x = X.Span;
        var width = X.Shape.RowLength;
        var t = Temperature(j);
        Vector256<float> max = Vector256.Create(float.NegativeInfinity), sum = default, total = default;
        for (var p = from; p < to; p++)
        {
            var score = t * entries.Load(x, p, width, j);
            max = Vector256.ConditionalSelect(Vector256.LessThan(score, max), max, score);
        }
        for (var p = from; p < to; p++)
        {
            var v = Lanes.LoadPast(x, entries.Column(p) * width + j);
            var power = Vector256.Exp(t * v - max);
            sum += power;
            total += power * v;
        }
        return (max, sum, total);
    }

    int ISplitRow.PartWidth => 3 * X.Shape.RowLength;

    void ISplitRow.Part(int row, int first, int end, Span<float> part)
    {
        var entries = new Entries(A, weight: null);
        var width = X.Shape.RowLength;
        for (var j = 0; j < width; j += Lanes.Width)
        {
            var (max, sum, total) = State(entries, first, end, j);
            max.StoreUpTo(part, j, width - j);
            sum.StoreUpTo(part, width + j, width - j);
            total.StoreUpTo(part, 2 * width + j, width - j);
        }
    }

    void ISplitRow.Join(int row, Tensor parts)
    {
        var width = X.Shape.RowLength;
        for (var j = 0; j < width; j++)
        {
            float max = float.NegativeInfinity, sum = 0f, total = 0f;
            for (var i = 0; i < parts.Shape[0]; i++) max = MathF.Max(max, parts.Row(i)[j]);
            for (var i = 0; i < parts.Shape[0]; i++)
            {
                var part = parts.Row(i);
                var share = MathF.Exp(part[j] - max);
                sum += share * part[width + j];
                total += share * part[2 * width + j];
            }
            (Y.Row(row)[j], Lse.Row(row)[j]) = (total / sum, max + MathF.Log(sum));
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(A.Rows, X.Shape.RowLength), A.RowStart.View, A.Column.View, X.View, T.View, Y.View, Lse.View, X.Shape.RowLength);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<float> x, ArrayView<float> t, ArrayView<float> y, ArrayView<float> lse, int width)
    {
        var at = new QuadOfRow(item, width);
        var t4 = t.IntLength == 1 ? Quad.All(t[0]) : Quad.Load(t, at.Column, at.Some);
        Channel a = Channel.None, b = a, c = a, d = a;
        for (var p = start[at.Row]; p < start[at.Row + 1]; p++)
        {
            var v = Quad.Load(x, column[p] * width + at.Column, at.Some);
            (a, b, c, d) = (a.With(v.X, t4.X), b.With(v.Y, t4.Y), c.With(v.Z, t4.Z), d.With(v.W, t4.W));
        }
        var cell = at.Row * width + at.Column;
        Quad.Store(y, cell, new(a.Mean, b.Mean, c.Mean, d.Mean), 0, at.Some);
        Quad.Store(lse, cell, new(a.Softmax.Lse, b.Softmax.Lse, c.Softmax.Lse, d.Softmax.Lse), 0, at.Some);
    }

    // On GPUs a row is read once.
    private readonly struct Channel(float max, float sum, float total)
    {
        private readonly float max = max, sum = sum, total = total;

        public static Channel None => new(float.NegativeInfinity, 0f, 0f);

        public OnlineSoftmax Softmax => new(max, sum);

        public float Mean => total * Softmax.Inverse;

        public Channel With(float v, float t)
        {
            var score = t * v;
            var most = OnlineSoftmax.Larger(max, score);
            float before = OnlineSoftmax.Share(max, most), share = OnlineSoftmax.Share(score, most);
            return new(most, sum * before + share, total * before + share * v);
        }
    }
}

/// <summary>The gradients of <see cref="SoftmaxSum"/>: dx꜀ = Σ dyᵣ·α·(1 + t·(x꜀ − yᵣ)), and each row's share in that of t, Σ dyᵣ·α·x꜀·(x꜀ − yᵣ).</summary>
/// <param name="Out">The transpose of the pattern.</param>
/// <param name="X">x[Out.Rows, f].</param>
/// <param name="T">t[1], or t[f].</param>
/// <param name="Y">From forward.</param>
/// <param name="Lse">From forward.</param>
/// <param name="DY">The gradient of y.</param>
/// <param name="DX">The gradient of x, written or added to.</param>
/// <param name="DT">The shares in the gradient of t, written; shaped like x.</param>
/// <param name="Constant">Whether α counts as constant: dx꜀ = Σ dyᵣ·α.</param>
/// <param name="Accumulate">Whether to add to dx.</param>
public readonly record struct SoftmaxSumGrad(Csr Out, Tensor X, Tensor T, Tensor Y, Tensor Lse, Tensor DY, Tensor DX, Tensor DT, bool Constant, bool Accumulate) : IKernel, ISplitRow
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForSplitRows(Out, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var entries = new Entries(Out, weight: null);
        Span<float> dx = DX.Span, dt = DT.Span;
        var width = X.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            var (from, to) = entries.Of(row);
            if (SplitRows.IsLong(from, to)) continue;
            for (var j = 0; j < width; j += Lanes.Width)
            {
                var (sum, share) = Sums(entries, row, from, to, j);
                if (Accumulate) sum += Lanes.LoadPast(dx, row * width + j);
                sum.StoreUpTo(dx, row * width + j, width - j);
                share.StoreUpTo(dt, row * width + j, width - j);
            }
        }
    }

    private (Vector256<float> Sum, Vector256<float> Share) Sums(Entries entries, int row, int from, int to, int j)
    {
        ReadOnlySpan<float> y = Y.Span, lse = Lse.Span, dy = DY.Span;
        var width = X.Shape.RowLength;
        var t = T.Count == 1 ? Vector256.Create(T.Span[0]) : Lanes.LoadPast(T.Span, j);
        Vector256<float> v = Lanes.LoadPast(X.Span, row * width + j), sum = default, share = default;
        for (var p = from; p < to; p++)
        {
            var at = entries.Column(p) * width + j;
            var weighted = Lanes.LoadPast(dy, at) * Vector256.Exp(t * v - Lanes.LoadPast(lse, at));
            var off = weighted * (v - Lanes.LoadPast(y, at));
            sum += Constant ? weighted : weighted + t * off;
            share += v * off;
        }
        return (sum, share);
    }

    int ISplitRow.PartWidth => 2 * X.Shape.RowLength;

    void ISplitRow.Part(int row, int first, int end, Span<float> part)
    {
        var entries = new Entries(Out, weight: null);
        var width = X.Shape.RowLength;
        for (var j = 0; j < width; j += Lanes.Width)
        {
            var (sum, share) = Sums(entries, row, first, end, j);
            sum.StoreUpTo(part, j, width - j);
            share.StoreUpTo(part, width + j, width - j);
        }
    }

    void ISplitRow.Join(int row, Tensor parts)
    {
        SplitRows.AddUp(parts, 0, DX.Row(row), 1f, Accumulate);
        SplitRows.AddUp(parts, X.Shape.RowLength, DT.Row(row), 1f, add: false);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(Out.Rows, X.Shape.RowLength), Out.RowStart.View, Out.Column.View, X.View, T.View, Y.View, Lse.View, DY.View, DX.View, DT.View,
        new Form(X.Shape.RowLength, Constant, Accumulate));

    internal readonly struct Form(int width, bool constant, bool accumulate)
    {
        public readonly int Width = width, Constant = constant ? 1 : 0, Accumulate = accumulate ? 1 : 0;
    }

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<float> x, ArrayView<float> t, ArrayView<float> y,
        ArrayView<float> lse, ArrayView<float> dy, ArrayView<float> dx, ArrayView<float> dt, Form form)
    {
        var at = new QuadOfRow(item, form.Width);
        var cell = at.Row * form.Width + at.Column;
        Quad v = Quad.Load(x, cell, at.Some), t4 = t.IntLength == 1 ? Quad.All(t[0]) : Quad.Load(t, at.Column, at.Some);
        Quad sum = Quad.All(0f), share = sum;
        for (var p = start[at.Row]; p < start[at.Row + 1]; p++)
        {
            var other = column[p] * form.Width + at.Column;
            var score = t4 * v - Quad.Load(lse, other, at.Some);
            var weighted = Quad.Load(dy, other, at.Some) * new Quad(MathF.Exp(score.X), MathF.Exp(score.Y), MathF.Exp(score.Z), MathF.Exp(score.W));
            var off = weighted * (v - Quad.Load(y, other, at.Some));
            sum += form.Constant != 0 ? weighted : weighted + t4 * off;
            share += v * off;
        }
        Quad.Store(dx, cell, sum, form.Accumulate, at.Some);
        Quad.Store(dt, cell, share, 0, at.Some);
    }
}
