using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The gradient of <see cref="Attend{TScore}"/>, one pass over the out-edges of each node: dxⱼ = Σᵢ αᵢⱼ·dyᵢ, dsourceⱼ, and the gradient of each score.</summary>
/// <remarks>
/// For the edge j → i the weight is made again from <paramref name="Lse"/>. With g = dyᵢ·xⱼ the gradient of the score is
/// α·(kept·g − dotᵢ), from which <see cref="AttendEndGrad{TScore}"/> makes that of target. So the one wide gather of dy serves the
/// features and the attention both.
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
/// <param name="DSource">The gradient of source, written or added to; may be DX, which then comes first; null where not wanted.</param>
/// <param name="AccumulateSource">Whether to add to <paramref name="DSource"/>.</param>
public readonly record struct AttendGrad<TScore>(Csr Out, Attention A, Tensor Lse, Tensor Dot, Tensor DY, Tensor DX, Tensor DScore, Tensor? Alpha, bool Accumulate,
    Tensor? DSource = null, bool AccumulateSource = false) : IKernel, ISplitRow where TScore : struct, IScore<TScore>
{
    private int SourceWidth => DSource is null ? 0 : A.Width;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForSplitRows(Out, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var room = AttendGradPass<TScore>.Room(A);
        using var spare = room <= AttendPass<TScore>.OnStack ? null : new Tensor(A.X.Device, new Shape(room));
        var pass = new AttendGradPass<TScore>(this, spare is null ? stackalloc float[room] : spare.Span);
        ReadOnlySpan<int> start = Out.RowStart.Span;
        Span<float> dx = DX.Span, dsource = DSource is null ? default : DSource.Span;
        int width = DX.Shape.RowLength, sourceWidth = SourceWidth;
        for (var row = first; row < end; row++)
        {
            if (SplitRows.IsLong(start, row)) continue;
            Span<float> own = dx.Slice(row * width, width), ownSource = dsource.Slice(row * sourceWidth, sourceWidth);
            if (!Accumulate) own.Clear();
            if (!AccumulateSource) ownSource.Clear();
            pass.Add(row, start[row], start[row + 1], own, ownSource);
        }
    }

    int ISplitRow.PartWidth => DX.Shape.RowLength + SourceWidth;

    void ISplitRow.Part(int row, int first, int end, Span<float> part)
    {
        var room = AttendGradPass<TScore>.Room(A);
        using var spare = room <= AttendPass<TScore>.OnStack ? null : new Tensor(A.X.Device, new Shape(room));
        part.Clear();
        new AttendGradPass<TScore>(this, spare is null ? stackalloc float[room] : spare.Span)
            .Add(row, first, end, part[..DX.Shape.RowLength], part[DX.Shape.RowLength..]);
    }

    void ISplitRow.Join(int row, Tensor parts)
    {
        SplitRows.AddUp(parts, 0, DX.Row(row), 1f, Accumulate);
        if (DSource is not null) SplitRows.AddUp(parts, DX.Shape.RowLength, DSource.Row(row), 1f, AccumulateSource);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        using var unasked = Alpha is null ? new Tensor(gpu, DScore.Shape) : null;
        var alpha = Alpha ?? unasked!;
        gpu.Launch(Kernel, DScore.Count, Out.RowStart.View, Out.Column.View, (Out.Edge ?? Out.Column).View, Out.Edge is null ? 0 : 1,
            new AttentionViews(A), Lse.View, Dot.View, DY.View, DScore.View, alpha.View);
        gpu.Run(new SpMM(Out, DY, DX, alpha, null, null, Accumulate));
        if (DSource is not null) gpu.Run(new AttendEndGrad<TScore>(Out, A, DScore, DSource, Outgoing: true, AccumulateSource));
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
