using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[e,h] = source[j,h] + target[i,h] for each entry e = (i, j) of A: the additive score of attention, before its nonlinearity.</summary>
/// <remarks>Values lie in the order of A's entries (A has no edge ids of its own). Moves 4·h bytes per entry twice.</remarks>
public readonly record struct AddEnds(Csr A, Tensor Source, Tensor Target, Tensor Y) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(A, this);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = A.RowStart.Span, column = A.Column.Span;
        ReadOnlySpan<float> source = Source.Span, target = Target.Span;
        var y = Y.Span;
        var heads = Y.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            var own = target.Slice(row * heads, heads);
            for (var entry = start[row]; entry < start[row + 1]; entry++)
            {
                var other = source.Slice(column[entry] * heads, heads);
                var sum = y.Slice(entry * heads, heads);
                for (var head = 0; head < heads; head++) sum[head] = other[head] + own[head];
            }
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, A.RowStart.View, A.Column.View, Source.View, Target.View, Y.View, Y.Shape.RowLength);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<float> source, ArrayView<float> target, ArrayView<float> y, int heads)
    {
        int entry = item / heads, head = item - entry * heads;
        y[item] = source[column[entry] * heads + head] + target[Bisect.RowOf(entry, start) * heads + head];
    }
}

/// <summary>y[i,h] = Σ value[e,h] over the entries e of row i of A, or added: edge values gathered at one of their ends.</summary>
/// <remarks>An entry's value lies where A's edge ids say, or in entry order without them. So one kernel serves both directions of a graph.</remarks>
public readonly record struct EdgeSum(Csr A, Tensor Value, Tensor Y, bool Accumulate) : IKernel, ISplitRow
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForSplitRows(A, this);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = A.RowStart.Span;
        var y = Y.Span;
        var heads = Y.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            if (SplitRows.IsLong(start, row)) continue;
            var sum = y.Slice(row * heads, heads);
            if (!Accumulate) sum.Clear();
            Add(start[row], start[row + 1], sum);
        }
    }

    private void Add(int first, int end, Span<float> sum)
    {
        ReadOnlySpan<int> edge = A.Edge is null ? default : A.Edge.Span;
        ReadOnlySpan<float> value = Value.Span;
        for (var entry = first; entry < end; entry++)
        {
            var own = value.Slice((edge.IsEmpty ? entry : edge[entry]) * sum.Length, sum.Length);
            for (var head = 0; head < own.Length; head++) sum[head] += own[head];
        }
    }

    int ISplitRow.PartWidth => Y.Shape.RowLength;

    void ISplitRow.Part(int row, int first, int end, Span<float> part)
    {
        part.Clear();
        Add(first, end, part);
    }

    void ISplitRow.Join(int row, Tensor parts) => SplitRows.AddUp(parts, 0, Y.Row(row), 1f, Accumulate);

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        var heads = Y.Shape.RowLength;
        ArrayView<int> start = A.RowStart.View, edge = (A.Edge ?? A.Column).View;
        gpu.Launch(Kernel, Y.Count, start, edge, A.Edge is null ? 0 : 1, Value.View, Y.View, heads, Accumulate ? 1 : 0);
        if (LongRows.In(A))
            gpu.LaunchGroups(KernelLong, new KernelConfig(LongRows.Parts(A) * heads, GroupReduce.Threads(gpu)), start, edge, A.Edge is null ? 0 : 1, Value.View, Y.View, heads, Accumulate ? 1 : 0);
    }

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> edge, int hasEdge, ArrayView<float> value, ArrayView<float> y, int heads, int accumulate)
    {
        int row = item / heads, head = item % heads;
        if (start[row + 1] - start[row] > LongRows.Longest) return;
        var sum = accumulate != 0 ? y[item] : 0f;
        for (var entry = start[row]; entry < start[row + 1]; entry++) sum += value[(hasEdge != 0 ? edge[entry] : entry) * heads + head];
        y[item] = sum;
    }
    private static void KernelLong(ArrayView<int> start, ArrayView<int> edge, int hasEdge, ArrayView<float> value, ArrayView<float> y, int heads, int accumulate)
    {
        int part = Grid.IdxX / heads, head = Grid.IdxX % heads;
        var (first, end) = LongRows.Whole(part, start);
        var sum = 0f;
        for (var entry = first + Group.IdxX; entry < end; entry += Group.DimX) sum += value[(hasEdge != 0 ? edge[entry] : entry) * heads + head];
        sum = GroupReduce.Sum(sum);
        if (end == 0 || Group.IdxX != 0) return;
        var at = Bisect.RowOf(part * LongRows.Part, start) * heads + head;
        y[at] = accumulate != 0 ? y[at] + sum : sum;
    }
}
