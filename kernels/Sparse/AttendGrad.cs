using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>dot[i,h] = Σ over head h's features of dy·y: what the softmax's gradient subtracts (Dao et al. 2022, arXiv:2205.14135, eq. 4).</summary>
public readonly record struct HeadDot(Tensor DY, Tensor Y, Tensor Dot) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Dot.Count, this, grain: 1024);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> dy = DY.Span, y = Y.Span;
        var dot = Dot.Span;
        var features = Y.Count / Dot.Count;
        for (var item = first; item < end; item++) dot[item] = Of(dy.Slice(item * features, features), y.Slice(item * features, features));
    }

    /// <summary>The sum of products of two runs, eight lanes then the rest.</summary>
    internal static float Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var lanes = Vector256<float>.Zero;
        var i = 0;
        for (; i <= a.Length - Lanes.Width; i += Lanes.Width) lanes += Lanes.Load(a, i) * Lanes.Load(b, i);
        var sum = Vector256.Sum(lanes);
        for (; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Dot.Count, DY.View, Y.View, Dot.View);

    private static void Kernel(Index1D item, ArrayView<float> dy, ArrayView<float> y, ArrayView<float> dot)
    {
        var features = (int)(y.Length / dot.Length);
        var sum = 0f;
        for (var i = item * features; i < (item + 1) * features; i++) sum += dy[i] * y[i];
        dot[item] = sum;
    }
}

/// <summary>The gradient of <see cref="Attend"/>, one pass over the out-edges of each node: dxⱼ = Σᵢ αᵢⱼ·dyᵢ, and the gradient of each score.</summary>
/// <remarks>
/// For the edge j → i the weight is made again from <paramref name="Lse"/>. With g = dyᵢ·xⱼ the gradient of the raw score is
/// α·(kept·g − dotᵢ)·LeakyReLU′, written to dscore[e,h] in the order of the in-edges, from which <see cref="EdgeSum"/> makes the
/// gradients of source and target. So the one wide gather (of dy) serves the features and the attention both.
/// </remarks>
/// <param name="Out">The transpose: row j lists the nodes that j has an edge into, with each edge's position among the in-edges.</param>
/// <param name="A">The operands of forward.</param>
/// <param name="Lse">Kept from forward, lse[m,h].</param>
/// <param name="Dot">From <see cref="HeadDot"/>, dot[m,h].</param>
/// <param name="DY">The gradient of y.</param>
/// <param name="DX">The gradient of x, written or added to.</param>
/// <param name="DScore">The gradient of the raw scores, dscore[e,h]; written.</param>
/// <param name="Accumulate">Whether to add to <paramref name="DX"/>.</param>
public readonly record struct AttendGrad(Csr Out, Attention A, Tensor Lse, Tensor Dot, Tensor DY, Tensor DX, Tensor DScore, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Out, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = Out.RowStart.Span, column = Out.Column.Span, edge = Out.Edge is null ? default : Out.Edge.Span;
        ReadOnlySpan<float> xs = A.X.Span, dys = DY.Span;
        var dxs = DX.Span;
        int width = DX.Shape.RowLength, heads = A.Heads, features = A.Features;
        var weights = new Weights(this);
        for (var row = first; row < end; row++)
        {
            var x = xs.Slice(row * width, width);
            var dx = dxs.Slice(row * width, width);
            if (!Accumulate) dx.Clear();
            for (var entry = start[row]; entry < start[row + 1]; entry++)
            {
                int target = column[entry], position = edge.IsEmpty ? entry : edge[entry];
                var dy = dys.Slice(target * width, width);
                for (var head = 0; head < heads; head++)
                {
                    var from = head * features;
                    var weight = weights.At(row, target, position, head, out var kept, out var slope);
                    var g = AddAndDot(weight * kept, dy.Slice(from, features), x.Slice(from, features), dx.Slice(from, features));
                    weights.Write(position, head, weight * (kept * g - weights.Dot(target, head)) * slope);
                }
            }
        }
    }

    // dx += w·dy, and dy·x: one pass over the gathered row.
    private static float AddAndDot(float w, ReadOnlySpan<float> dy, ReadOnlySpan<float> x, Span<float> dx)
    {
        var lanes = Vector256<float>.Zero;
        var wide = Vector256.Create(w);
        var i = 0;
        for (; i <= dy.Length - Lanes.Width; i += Lanes.Width)
        {
            var d = Lanes.Load(dy, i);
            lanes += d * Lanes.Load(x, i);
            (Lanes.Load(dx, i) + wide * d).Store(dx, i);
        }
        var sum = Vector256.Sum(lanes);
        for (; i < dy.Length; i++)
        {
            sum += dy[i] * x[i];
            dx[i] += w * dy[i];
        }
        return sum;
    }

    private readonly ref struct Weights(AttendGrad g)
    {
        private readonly ReadOnlySpan<float> source = g.A.Source.Span, target = g.A.Target.Span, edge = g.A.Edge is null ? default : g.A.Edge.Span;
        private readonly ReadOnlySpan<float> lse = g.Lse.Span, dot = g.Dot.Span;
        private readonly Span<float> dscore = g.DScore.Span;
        private readonly int heads = g.A.Heads;
        private readonly Attention a = g.A;

        public float At(int from, int to, int position, int head, out float kept, out float slope)
        {
            var raw = source[from * heads + head] + target[to * heads + head];
            if (!edge.IsEmpty) raw += edge[position * heads + head];
            slope = raw > 0f ? 1f : a.Slope;
            kept = a.Drop > 0f ? Attention.Kept(a.Key, position * heads + head, a.Drop) : 1f;
            return MathF.Exp(raw * slope - lse[to * heads + head]);
        }

        public float Dot(int to, int head) => dot[to * heads + head];

        public void Write(int position, int head, float value) => dscore[position * heads + head] = value;
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        var options = new Attend.Options(A);
        var pattern = (Edge: (Out.Edge ?? Out.Column).View, Has: Out.Edge is null ? 0 : 1);
        var scores = new Scores(A.Source.View, A.Target.View, (A.Edge ?? A.Source).View, Lse.View);
        gpu.Launch(KernelX, DX.Count, Out.RowStart.View, Out.Column.View, pattern.Edge, pattern.Has, scores, options, DY.View, DX.View, Accumulate ? 1 : 0);
        gpu.Launch(KernelScore, Out.Rows * A.Heads, Out.RowStart.View, Out.Column.View, pattern.Edge, pattern.Has, scores, options, DY.View, A.X.View, Dot.View, DScore.View);
    }

    internal readonly struct Scores(ArrayView<float> source, ArrayView<float> target, ArrayView<float> edge, ArrayView<float> lse)
    {
        public readonly ArrayView<float> Source = source, Target = target, Edge = edge, Lse = lse;

        public float Raw(int from, int to, int position, int head, Attend.Options a)
        {
            var raw = Source[from * a.Heads + head] + Target[to * a.Heads + head];
            return a.HasEdge != 0 ? raw + Edge[position * a.Heads + head] : raw;
        }
    }

    private static void KernelX(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge, int hasEdge, Scores scores,
        Attend.Options a, ArrayView<float> dy, ArrayView<float> dx, int accumulate)
    {
        int width = a.Heads * a.Features, row = item / width, head = item % width / a.Features;
        var sum = accumulate != 0 ? dx[item] : 0f;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            int to = column[entry], position = hasEdge != 0 ? edge[entry] : entry;
            var weight = MathF.Exp(Attention.Leaky(scores.Raw(row, to, position, head, a), a.Slope) - scores.Lse[to * a.Heads + head]);
            if (a.Drop > 0f) weight *= Attention.Kept(a.Key, position * a.Heads + head, a.Drop);
            sum += weight * dy[to * width + item % width];
        }
        dx[item] = sum;
    }

    private static void KernelScore(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge, int hasEdge, Scores scores,
        Attend.Options a, ArrayView<float> dy, ArrayView<float> x, ArrayView<float> dot, ArrayView<float> dscore)
    {
        int width = a.Heads * a.Features, row = item / a.Heads, head = item % a.Heads, at = head * a.Features;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            int to = column[entry], position = hasEdge != 0 ? edge[entry] : entry;
            var g = 0f;
            for (var i = 0; i < a.Features; i++) g += dy[to * width + at + i] * x[row * width + at + i];
            var raw = scores.Raw(row, to, position, head, a);
            var weight = MathF.Exp(Attention.Leaky(raw, a.Slope) - scores.Lse[to * a.Heads + head]);
            if (a.Drop > 0f) g *= Attention.Kept(a.Key, position * a.Heads + head, a.Drop);
            dscore[position * a.Heads + head] = weight * (g - dot[to * a.Heads + head]) * (raw > 0f ? 1f : a.Slope);
        }
    }
}
