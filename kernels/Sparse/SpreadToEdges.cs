using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>value[e,h] = x[i,h] for every entry e of row i of A, or added: the gradient of <see cref="EdgeSum"/> by rows.</summary>
/// <remarks>Values lie in the order of A's entries (A has no edge ids of its own). For narrow rows only: h is heads, not features.</remarks>
public readonly record struct SpreadToEdges(Csr A, Tensor X, Tensor Value, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(A, this);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = A.RowStart.Span;
        ReadOnlySpan<float> x = X.Span;
        var value = Value.Span;
        var heads = X.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            var own = x.Slice(row * heads, heads);
            for (var entry = start[row]; entry < start[row + 1]; entry++)
                for (var head = 0; head < heads; head++)
                    value[entry * heads + head] = (Accumulate ? value[entry * heads + head] : 0f) + own[head];
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Value.Count, A.RowStart.View, X.View, Value.View, X.Shape.RowLength, Accumulate ? 1 : 0);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<float> x, ArrayView<float> value, int heads, int accumulate)
    {
        int entry = item / heads, head = item - entry * heads;
        value[item] = (accumulate != 0 ? value[item] : 0f) + x[Bisect.RowOf(entry, start) * heads + head];
    }
}
