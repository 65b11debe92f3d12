using System.Buffers;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The first k rows of each group, sorted by their last channel in descending order, side by side; zeros where there are fewer.</summary>
/// <remarks>Equal rows keep their order. CPU: sorts each group. GPU: each row counts those before it, O(d²) for a group of d.</remarks>
/// <param name="Groups">Row g lists the elements of group g.</param>
/// <param name="X">x[n, f].</param>
/// <param name="K">Rows of one group that are kept.</param>
/// <param name="Y">y[groups, k·f].</param>
/// <param name="Slot">Where each element went, group · k + place, or −1; kept for the gradient.</param>
public readonly record struct SortPool(Csr Groups, Tensor X, int K, Tensor Y, Indices Slot) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Groups, this, grain: 256);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = Groups.RowStart.Span, element = Groups.Column.Span;
        ReadOnlySpan<float> x = X.Span;
        Span<float> y = Y.Span;
        var slot = Slot.Span;
        var width = X.Shape.RowLength;
        for (var group = first; group < end; group++)
        {
            var members = element[start[group]..start[group + 1]];
            var keys = ArrayPool<ulong>.Shared.Rent(members.Length);
            for (var k = 0; k < members.Length; k++) keys[k] = SortKey.Of(-x[(members[k] + 1) * width - 1], k);
            Array.Sort(keys, 0, members.Length);
            y.Slice(group * K * width, K * width).Clear();
            for (var place = 0; place < members.Length; place++)
            {
                var from = members[SortKey.Place(keys[place])];
                slot[from] = place < K ? group * K + place : -1;
                if (place < K) x.Slice(from * width, width).CopyTo(y.Slice((group * K + place) * width, width));
            }
            ArrayPool<ulong>.Shared.Return(keys);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        gpu.Run(new Fill(Y, 0f));
        gpu.Launch(Kernel, Groups.Entries, Groups.RowStart.View, Groups.Column.View, X.View, K, Y.View, Slot.View, X.Shape.RowLength);
    }

    private static void Kernel(Index1D p, ArrayView<int> start, ArrayView<int> element, ArrayView<float> x, int k, ArrayView<float> y, ArrayView<int> slot, int width)
    {
        int group = Bisect.RowOf(p, start), own = element[p], place = 0;
        for (var q = start[group]; q < start[group + 1]; q++)
            place += SortKey.Before(-x[(element[q] + 1) * width - 1], q, -x[(own + 1) * width - 1], p) ? 1 : 0;
        slot[own] = place < k ? group * k + place : -1;
        if (place < k)
            for (var j = 0; j < width; j++) y[(group * k + place) * width + j] = x[own * width + j];
    }
}

/// <summary>dx[i] = dy[slot[i]], 0 where the slot is −1; or added to dx.</summary>
public readonly record struct FromSlots(Tensor DY, Indices Slot, Tensor DX, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Slot.Count, this, grain: 1024);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> slot = Slot.Span;
        ReadOnlySpan<float> dy = DY.Span;
        var dx = DX.Span;
        var width = DX.Shape.RowLength;
        for (var i = first; i < end; i++)
        {
            var own = dx.Slice(i * width, width);
            if (!Accumulate) own.Clear();
            if (slot[i] < 0) continue;
            var from = dy.Slice(slot[i] * width, width);
            var j = 0;
            for (; j <= width - Lanes.Width; j += Lanes.Width) Lanes.Load(from, j).Store(own, j, accumulate: true);
            for (; j < width; j++) own[j] += from[j];
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, DX.Count, DY.View, Slot.View, DX.View, DX.Shape.RowLength, Accumulate ? 1 : 0);

    private static void Kernel(Index1D item, ArrayView<float> dy, ArrayView<int> slot, ArrayView<float> dx, int width, int accumulate)
    {
        var from = slot[item / width];
        dx[item] = (accumulate != 0 ? dx[item] : 0f) + (from < 0 ? 0f : dy[from * width + item % width]);
    }
}
