using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>What the gradients of attention's weights and edges share: the gradients of the scores, the weights after dropout, and the gradient of y.</summary>
/// <param name="DScore">dscore[e,h], from <see cref="AttendGrad{TScore}"/>.</param>
/// <param name="Alpha">alpha[e,h], from there; read where edges add to x.</param>
/// <param name="DY">dy[m,h·f]; read where edges add to x.</param>
public readonly record struct AttendEdgeShare(Tensor DScore, Tensor Alpha, Tensor DY);

/// <summary>Shares of the gradients of <see cref="Attend{TScore}"/>'s weight and map, one row for each <see cref="Block"/> edges; <see cref="ColumnSum"/> adds them.</summary>
/// <param name="In">Row i lists the edges into node i.</param>
/// <param name="A">The operands of forward.</param>
/// <param name="Share">From the backward pass over nodes.</param>
/// <param name="DWeight">Σ dscore·∂term/∂w, [blocks,h·c]; written; null where not wanted.</param>
/// <param name="DMap">Σ edge ⊗ (what flows to the edge's channels), [blocks,d·h·c]; written; null where not wanted.</param>
public readonly record struct AttendWeightGrad<TScore>(Csr In, Attention A, AttendEdgeShare Share, Tensor? DWeight, Tensor? DMap) : IKernel, IRowLoop
    where TScore : struct, IScore<TScore>
{
    /// <summary>Edges that one thread sums.</summary>
    public const int Block = 4096;

    /// <summary>The number of blocks for this many edges.</summary>
    public static int Blocks(int edges) => (edges + Block - 1) / Block;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Blocks(In.Entries), this, grain: 1);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var room = A.Width + EdgeScores<TScore>.Room(A);
        using var spare = room <= AttendPass<TScore>.OnStack ? null : new Tensor(A.X.Device, new Shape(room));
        Span<float> floats = spare is null ? stackalloc float[room] : spare.Span;
        for (var block = first; block < end; block++)
        {
            Span<float> dw = DWeight is null ? default : DWeight.Row(block), dmap = DMap is null ? default : DMap.Row(block);
            dw.Clear();
            dmap.Clear();
            Add(block * Block, Math.Min(In.Entries, (block + 1) * Block), dw, dmap, floats);
        }
    }

    private void Add(int first, int end, Span<float> dw, Span<float> dmap, Span<float> room)
    {
        var flow = new EdgeFlow<TScore>(In, A, Share, room[A.Width..]);
        var row = Bisect.RowOf(first, In.RowStart.Span);
        var dz = room[..A.Width];
        ReadOnlySpan<int> start = In.RowStart.Span;
        ReadOnlySpan<float> edge = A.Edge is null ? default : A.Edge.Span;
        for (var entry = first; entry < end; entry++)
        {
            while (start[row + 1] <= entry) row++;
            if (!dw.IsEmpty) flow.AddToWeight(row, entry, dw);
            if (dmap.IsEmpty) continue;
            flow.At(row, entry, dz);
            for (var d = 0; d < A.EdgeWidth; d++) Lanes.AddScaled(edge[entry * A.EdgeWidth + d], dz, dmap.Slice(d * A.Width, A.Width));
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        AttentionViews views = new(A);
        FlowViews flow = new(Share);
        if (DWeight is not null) gpu.Launch(KernelWeight, DWeight.Count, In.RowStart.View, In.Column.View, views, flow, DWeight.View);
        if (DMap is not null) gpu.Launch(KernelMap, DMap.Count, In.RowStart.View, In.Column.View, views, flow, DMap.View);
    }

    private static void KernelWeight(Index1D item, ArrayView<int> start, ArrayView<int> column, AttentionViews a, FlowViews flow, ArrayView<float> dw)
    {
        int width = a.Heads * a.Channels, first = item / width * Block, c = item % width, row = Bisect.RowOf(first, start);
        var sum = 0f;
        for (var entry = first; entry < first + Block && entry < column.IntLength; entry++)
        {
            while (start[row + 1] <= entry) row++;
            sum += flow.DScore[entry * a.Heads + c / a.Channels] * TScore.ByWeight(a.AtSource(column[entry], entry, c), a.AtTarget(row, c), a.Constant);
        }
        dw[item] = sum;
    }

    private static void KernelMap(Index1D item, ArrayView<int> start, ArrayView<int> column, AttentionViews a, FlowViews flow, ArrayView<float> dmap)
    {
        int width = a.Heads * a.Channels, first = item / (width * a.EdgeWidth) * Block, d = item / width % a.EdgeWidth, c = item % width, row = Bisect.RowOf(first, start);
        var sum = 0f;
        for (var entry = first; entry < first + Block && entry < column.IntLength; entry++)
        {
            while (start[row + 1] <= entry) row++;
            sum += a.Edge[entry * a.EdgeWidth + d] * flow.At<TScore>(column[entry], row, entry, c, a);
        }
        dmap[item] = sum;
    }
}

/// <summary>The gradient of <see cref="Attend{TScore}"/>'s edges, dedge[e,d], written or added to.</summary>
public readonly record struct AttendEdgeGrad<TScore>(Csr In, Attention A, AttendEdgeShare Share, Tensor DEdge, bool Accumulate) : IKernel, IRowLoop
    where TScore : struct, IScore<TScore>
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(In.Entries, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var room = A.Width + EdgeScores<TScore>.Room(A);
        using var spare = room <= AttendPass<TScore>.OnStack ? null : new Tensor(A.X.Device, new Shape(room));
        Span<float> floats = spare is null ? stackalloc float[room] : spare.Span, dz = floats[..A.Width];
        var flow = new EdgeFlow<TScore>(In, A, Share, floats[A.Width..]);
        var row = Bisect.RowOf(first, In.RowStart.Span);
        ReadOnlySpan<int> start = In.RowStart.Span;
        ReadOnlySpan<float> map = A.Map is null ? default : A.Map.Span;
        var dedge = DEdge.Span;
        for (var entry = first; entry < end; entry++)
        {
            while (start[row + 1] <= entry) row++;
            flow.At(row, entry, dz);
            for (var d = 0; d < A.EdgeWidth; d++)
            {
                var sum = map.IsEmpty ? dz[d] : Lanes.Dot(map.Slice(d * A.Width, A.Width), dz);
                ref var at = ref dedge[entry * A.EdgeWidth + d];
                at = Accumulate ? at + sum : sum;
            }
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) =>
        gpu.Launch(Kernel, DEdge.Count, In.RowStart.View, In.Column.View, new AttentionViews(A), new FlowViews(Share), DEdge.View, Accumulate ? 1 : 0);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, AttentionViews a, FlowViews flow, ArrayView<float> dedge, int accumulate)
    {
        int entry = item / a.EdgeWidth, d = item % a.EdgeWidth, row = Bisect.RowOf(entry, start), width = a.Heads * a.Channels;
        var sum = accumulate != 0 ? dedge[item] : 0f;
        if (a.HasMap == 0) sum += flow.At<TScore>(column[entry], row, entry, d, a);
        else for (var c = 0; c < width; c++) sum += a.Map[d * width + c] * flow.At<TScore>(column[entry], row, entry, c, a);
        dedge[item] = sum;
    }
}
