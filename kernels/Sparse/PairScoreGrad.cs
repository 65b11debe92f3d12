using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The gradient of <see cref="PairScore"/> at one end of the edges: dx[row] = Σ over the row's edges of dscore·weight·LeakyReLU′(z), or added.</summary>
/// <remarks>One kernel for both ends: over the in-edges it gives dr, over the out-edges dl, since z adds the two shares alike.</remarks>
/// <param name="Edges">The in-edges or the out-edges; edge ids, where held, are positions among the in-edges.</param>
/// <param name="A">The operands of forward.</param>
/// <param name="DScore">dscore[e,h].</param>
/// <param name="DX">The gradient of r or l, [rows,h·c].</param>
/// <param name="Outgoing">Whether the rows are the nodes that edges come from.</param>
/// <param name="Accumulate">Whether to add to <paramref name="DX"/>.</param>
public readonly record struct PairScoreEndGrad(Csr Edges, PairAttention A, Tensor DScore, Tensor DX, bool Outgoing, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Edges, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = Edges.RowStart.Span, column = Edges.Column.Span, edge = Edges.Edge is null ? default : Edges.Edge.Span;
        var dxs = DX.Span;
        Span<float> z = A.Width <= PairAttention.OnStack ? stackalloc float[A.Width] : new float[A.Width];
        var slopes = new PairSlopes(A, DScore);
        for (var row = first; row < end; row++)
        {
            var dx = dxs.Slice(row * A.Width, A.Width);
            if (!Accumulate) dx.Clear();
            for (var entry = start[row]; entry < start[row + 1]; entry++)
            {
                var position = edge.IsEmpty ? entry : edge[entry];
                slopes.At(Outgoing ? row : column[entry], Outgoing ? column[entry] : row, position, z);
                var i = 0;
                for (; i <= z.Length - Lanes.Width; i += Lanes.Width) Lanes.Load(z, i).Store(dx, i, accumulate: true);
                for (; i < z.Length; i++) dx[i] += z[i];
            }
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, DX.Count, Edges.RowStart.View, Edges.Column.View, (Edges.Edge ?? Edges.Column).View,
        Edges.Edge is null ? 0 : 1, new PairViews(A), DScore.View, DX.View, Outgoing ? 1 : 0, Accumulate ? 1 : 0);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge, int hasEdge, PairViews a,
        ArrayView<float> dscore, ArrayView<float> dx, int outgoing, int accumulate)
    {
        int row = item / a.Width, c = item % a.Width, head = c / (a.Width / a.Heads);
        var sum = accumulate != 0 ? dx[item] : 0f;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            var position = hasEdge != 0 ? edge[entry] : entry;
            int from = outgoing != 0 ? row : column[entry], to = outgoing != 0 ? column[entry] : row;
            sum += dscore[position * a.Heads + head] * a.Slopes(a.Z(from, to, position, c), c);
        }
        dx[item] = sum;
    }
}

/// <summary>dz = dscore·weight·LeakyReLU′(z) for one edge, on the CPU.</summary>
internal readonly ref struct PairSlopes(PairAttention a, Tensor gradient)
{
    private readonly PairSums sums = new(a);
    private readonly ReadOnlySpan<float> weight = a.Weight.Span, dscore = gradient.Span;
    private readonly int heads = a.Heads, channels = a.Width / a.Heads;
    private readonly float slope = a.Slope;

    public void At(int from, int to, int entry, Span<float> z)
    {
        sums.At(from, to, entry, z);
        for (var head = 0; head < heads; head++) Slopes(z.Slice(head * channels, channels), weight.Slice(head * channels, channels), dscore[entry * heads + head]);
    }

    private void Slopes(Span<float> z, ReadOnlySpan<float> weight, float ds)
    {
        var i = 0;
        for (; i <= z.Length - Lanes.Width; i += Lanes.Width) (LeakyRelu.Slope(Lanes.Load(z, i), default, slope) * Lanes.Load(weight, i) * ds).Store(z, i);
        for (; i < z.Length; i++) z[i] = (z[i] > 0f ? 1f : slope) * weight[i] * ds;
    }
}

/// <summary>Shares of the gradients of <see cref="PairScore"/>'s weights, one row for each block of <see cref="Block"/> target nodes; <see cref="ColumnSum"/> adds them.</summary>
/// <param name="In">Row i lists the edges into node i.</param>
/// <param name="A">The operands of forward.</param>
/// <param name="DScore">dscore[e,h].</param>
/// <param name="DWeight">Σ dscore·LeakyReLU(z), [blocks,h·c]; written.</param>
/// <param name="DEdgeWeight">Σ dz·aₑ, [blocks,h·c·d]; written; null when there are no edge features.</param>
public readonly record struct PairWeightGrad(Csr In, PairAttention A, Tensor DScore, Tensor DWeight, Tensor? DEdgeWeight) : IKernel, IRowLoop
{
    /// <summary>Target nodes whose edges one thread sums.</summary>
    public const int Block = 256;

    /// <summary>The number of blocks for this many target nodes.</summary>
    public static int Blocks(int rows) => (rows + Block - 1) / Block;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(DWeight.Shape[0], this, grain: 1);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        Span<float> z = A.Width <= PairAttention.OnStack ? stackalloc float[A.Width] : new float[A.Width];
        for (var block = first; block < end; block++)
        {
            var dw = DWeight.Row(block);
            var dmap = DEdgeWeight is null ? default : DEdgeWeight.Row(block);
            dw.Clear();
            dmap.Clear();
            for (var row = block * Block; row < Math.Min(In.Rows, (block + 1) * Block); row++) Node(row, z, dw, dmap);
        }
    }

    private void Node(int row, Span<float> z, Span<float> dw, Span<float> dmap)
    {
        ReadOnlySpan<int> start = In.RowStart.Span, column = In.Column.Span;
        ReadOnlySpan<float> dscore = DScore.Span, weight = A.Weight.Span;
        var sums = new PairSums(A);
        int heads = A.Heads, channels = A.Width / heads, d = A.EdgeWidth;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            sums.At(column[entry], row, entry, z);
            for (var c = 0; c < z.Length; c++)
            {
                var ds = dscore[entry * heads + c / channels];
                dw[c] += ds * LeakyRelu.Value(z[c], A.Slope);
                if (d > 0) AddScaled(ds * weight[c] * LeakyRelu.Slope(z[c], 0f, A.Slope), A.EdgeAttr!.Span.Slice(entry * d, d), dmap.Slice(c * d, d));
            }
        }
    }

    private static void AddScaled(float by, ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++) y[i] += by * x[i];
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        gpu.Launch(KernelWeight, DWeight.Count, In.RowStart.View, In.Column.View, new PairViews(A), DScore.View, DWeight.View);
        if (DEdgeWeight is not null) gpu.Launch(KernelMap, DEdgeWeight.Count, In.RowStart.View, In.Column.View, new PairViews(A), DScore.View, DEdgeWeight.View);
    }

    private static void KernelWeight(Index1D item, ArrayView<int> start, ArrayView<int> column, PairViews a, ArrayView<float> dscore, ArrayView<float> dw)
    {
        int block = item / a.Width, c = item % a.Width, head = c / (a.Width / a.Heads), rows = (int)start.Length - 1;
        var sum = 0f;
        for (var row = block * Block; row < (block + 1) * Block && row < rows; row++)
            for (var entry = start[row]; entry < start[row + 1]; entry++)
                sum += dscore[entry * a.Heads + head] * Attention.Leaky(a.Z(column[entry], row, entry, c), a.Slope);
        dw[item] = sum;
    }

    private static void KernelMap(Index1D item, ArrayView<int> start, ArrayView<int> column, PairViews a, ArrayView<float> dscore, ArrayView<float> dmap)
    {
        int block = item / (a.Width * a.EdgeWidth), c = item / a.EdgeWidth % a.Width, d = item % a.EdgeWidth;
        int head = c / (a.Width / a.Heads), rows = (int)start.Length - 1;
        var sum = 0f;
        for (var row = block * Block; row < (block + 1) * Block && row < rows; row++)
            for (var entry = start[row]; entry < start[row + 1]; entry++)
                sum += dscore[entry * a.Heads + head] * a.Slopes(a.Z(column[entry], row, entry, c), c) * a.EdgeAttr[entry * a.EdgeWidth + d];
        dmap[item] = sum;
    }
}

/// <summary>The gradient of <see cref="PairScore"/>'s edge features: da[e,d] = Σ over channels of W[c,d]·dz[c], or added.</summary>
public readonly record struct PairEdgeGrad(Csr In, PairAttention A, Tensor DScore, Tensor DEdgeAttr, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(In, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = In.RowStart.Span, column = In.Column.Span;
        ReadOnlySpan<float> map = A.EdgeWeight!.Span;
        var das = DEdgeAttr.Span;
        Span<float> z = A.Width <= PairAttention.OnStack ? stackalloc float[A.Width] : new float[A.Width];
        var slopes = new PairSlopes(A, DScore);
        var d = A.EdgeWidth;
        for (var row = first; row < end; row++)
            for (var entry = start[row]; entry < start[row + 1]; entry++)
            {
                var da = das.Slice(entry * d, d);
                if (!Accumulate) da.Clear();
                slopes.At(column[entry], row, entry, z);
                for (var c = 0; c < z.Length; c++)
                    for (var k = 0; k < d; k++) da[k] += map[c * d + k] * z[c];
            }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, In.Rows * A.EdgeWidth, In.RowStart.View, In.Column.View, new PairViews(A), DScore.View, DEdgeAttr.View, Accumulate ? 1 : 0);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, PairViews a, ArrayView<float> dscore, ArrayView<float> da, int accumulate)
    {
        int row = item / a.EdgeWidth, d = item % a.EdgeWidth, channels = a.Width / a.Heads;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            var at = entry * a.EdgeWidth + d;
            var sum = accumulate != 0 ? da[at] : 0f;
            for (var c = 0; c < a.Width; c++)
                sum += a.EdgeWeight[c * a.EdgeWidth + d] * dscore[entry * a.Heads + c / channels] * a.Slopes(a.Z(column[entry], row, entry, c), c);
            da[at] = sum;
        }
    }
}
