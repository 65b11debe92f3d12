using System.Buffers;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>How a quantile that falls between two numbers is taken from them.</summary>
public enum Interpolation
{
    /// <summary>The two, weighted by nearness.</summary>
    Linear,

    /// <summary>The smaller.</summary>
    Lower,

    /// <summary>The larger.</summary>
    Higher,

    /// <summary>The two, equally.</summary>
    Midpoint,

    /// <summary>The nearer; half-way, the one at the even place.</summary>
    Nearest,
}

/// <summary>Where a quantile lies among n ascending numbers: at which two places, and how much of the higher.</summary>
/// <param name="Q">The quantile, 0 to 1.</param>
/// <param name="How">What happens between two places.</param>
public readonly record struct QuantilePlace(float Q, Interpolation How)
{
    /// <summary>The lower place among <paramref name="count"/> numbers.</summary>
    public int Low(int count) => (int)(Q * (count - 1));

    /// <summary>The higher place; the lower one where the quantile falls on it.</summary>
    public int High(int count) => Low(count) + (Q * (count - 1) > Low(count) ? 1 : 0);

    /// <summary>The share of the higher place, 0 to 1.</summary>
    public float Share(int count)
    {
        var part = Q * (count - 1) - Low(count);
        if (How == Interpolation.Linear) return part;
        if (How == Interpolation.Lower) return 0f;
        if (How == Interpolation.Higher) return 1f;
        if (How == Interpolation.Midpoint) return 0.5f;
        return part > 0.5f || (part == 0.5f && Low(count) % 2 == 1) ? 1f : 0f;
    }
}

/// <summary>yᵣ = a quantile of x꜀ over the entries (r, c) of A, channel by channel. Equal numbers count in entry order, NaN as the largest.</summary>
/// <remarks>CPU: sorts each row and channel. GPU: one work item per row and channel counts smaller numbers, O(d²) for d entries.</remarks>
/// <param name="A">The pattern, without edge ids of its own.</param>
/// <param name="X">x[A.Columns, f].</param>
/// <param name="Place">Which quantile.</param>
/// <param name="Empty">The result of no numbers.</param>
/// <param name="Y">y[A.Rows, f].</param>
/// <param name="Low">The entry at the lower place, kept for the gradient; as many as y.</param>
/// <param name="High">The entry at the higher place.</param>
public readonly record struct Quantile(Csr A, Tensor X, QuantilePlace Place, float Empty, Tensor Y, Indices Low, Indices High) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(A, this, grain: 256);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = A.RowStart.Span, column = A.Column.Span;
        ReadOnlySpan<float> x = X.Span;
        var width = X.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            var count = start[row + 1] - start[row];
            var keys = ArrayPool<ulong>.Shared.Rent(count);
            for (var j = 0; j < width; j++)
            {
                for (var k = 0; k < count; k++) keys[k] = SortKey.Of(x[column[start[row] + k] * width + j], k);
                Array.Sort(keys, 0, count);
                Write(row, j, start[row], count == 0 ? 0 : SortKey.Place(keys[Place.Low(count)]), count == 0 ? 0 : SortKey.Place(keys[Place.High(count)]), count);
            }
            ArrayPool<ulong>.Shared.Return(keys);
        }
    }

    private void Write(int row, int j, int from, int low, int high, int count)
    {
        var width = X.Shape.RowLength;
        ReadOnlySpan<int> column = A.Column.Span;
        Low.Span[row * width + j] = from + low;
        High.Span[row * width + j] = from + high;
        Y.Span[row * width + j] = count == 0 ? Empty : Between(X.Span[column[from + low] * width + j], X.Span[column[from + high] * width + j], Place.Share(count));
    }

    // Where one alone counts, the other may be infinite.
    private static float Between(float low, float high, float share) => share == 0f ? low : share == 1f ? high : low * (1f - share) + high * share;

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, A.RowStart.View, A.Column.View, X.View, Place, Empty, Y.View, Low.View, High.View, X.Shape.RowLength);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, ArrayView<float> x, QuantilePlace place, float empty,
        ArrayView<float> y, ArrayView<int> low, ArrayView<int> high, int width)
    {
        int row = item / width, j = item % width, from = start[row], to = start[row + 1], count = to - from;
        low[item] = from;
        high[item] = from;
        for (var p = from; p < to; p++)
        {
            var rank = 0;
            for (var q = from; q < to; q++) rank += SortKey.Before(x[column[q] * width + j], q, x[column[p] * width + j], p) ? 1 : 0;
            if (rank == place.Low(count)) low[item] = p;
            if (rank == place.High(count)) high[item] = p;
        }
        y[item] = count == 0 ? empty : Between(x[column[low[item]] * width + j], x[column[high[item]] * width + j], place.Share(count));
    }
}

/// <summary>The gradient of <see cref="Quantile"/>, which goes to the one or two entries it was taken from; or added to dx.</summary>
public readonly record struct QuantileGrad(Csr In, Csr Out, QuantilePlace Place, Tensor DY, Indices Low, Indices High, Tensor DX, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Out, this, grain: 1024);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = Out.RowStart.Span, column = Out.Column.Span, edge = Out.Edge!.Span, counts = In.RowStart.Span, low = Low.Span, high = High.Span;
        ReadOnlySpan<float> dy = DY.Span;
        var dx = DX.Span;
        var width = DX.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            if (!Accumulate) dx.Slice(row * width, width).Clear();
            for (var p = start[row]; p < start[row + 1]; p++)
            {
                var share = Place.Share(counts[column[p] + 1] - counts[column[p]]);
                for (int j = 0, at = column[p] * width; j < width; j++, at++)
                    dx[row * width + j] += ((low[at] == edge[p] ? 1f - share : 0f) + (high[at] == edge[p] ? share : 0f)) * dy[at];
            }
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, DX.Count, In.RowStart.View, Out.RowStart.View, Out.Column.View, Out.Edge!.View, Place, DY.View, Low.View, High.View,
        DX.View, DX.Shape.RowLength, Accumulate ? 1 : 0);

    private static void Kernel(Index1D item, ArrayView<int> counts, ArrayView<int> start, ArrayView<int> column, ArrayView<int> edge, QuantilePlace place,
        ArrayView<float> dy, ArrayView<int> low, ArrayView<int> high, ArrayView<float> dx, int width, int accumulate)
    {
        var row = item / width;
        var sum = accumulate != 0 ? dx[item] : 0f;
        for (var p = start[row]; p < start[row + 1]; p++)
        {
            var at = column[p] * width + item % width;
            var share = place.Share(counts[column[p] + 1] - counts[column[p]]);
            sum += ((low[at] == edge[p] ? 1f - share : 0f) + (high[at] == edge[p] ? share : 0f)) * dy[at];
        }
        dx[item] = sum;
    }
}
