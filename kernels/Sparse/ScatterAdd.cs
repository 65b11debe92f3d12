using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[target[e]] += x[source[e]] for every edge of an unsorted list: what most libraries do, kept as the baseline to measure against. No default path uses it.</summary>
/// <remarks>GPU: float atomics, so bits differ from run to run. CPU: one thread, in the order of the list. Moves 12·f bytes an edge.</remarks>
/// <param name="Source">The row of x of each edge.</param>
/// <param name="Target">The row of y of each edge.</param>
/// <param name="X">x[n, f].</param>
/// <param name="Y">y[m, f], added to.</param>
public readonly record struct ScatterAdd(Indices Source, Indices Target, Tensor X, Tensor Y) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => Rows(0, Source.Count);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> source = Source.Span, target = Target.Span;
        ReadOnlySpan<float> xs = X.Span;
        var ys = Y.Span;
        var width = X.Shape.RowLength;
        for (var edge = first; edge < end; edge++)
        {
            var x = xs.Slice(source[edge] * width, width);
            var y = ys.Slice(target[edge] * width, width);
            var j = 0;
            for (; j <= width - Lanes.Width; j += Lanes.Width) Lanes.Load(x, j).Store(y, j, accumulate: true);
            for (; j < width; j++) y[j] += x[j];
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Source.Count * X.Shape.RowLength, Source.View, Target.View, X.View, Y.View, X.Shape.RowLength);

    private static void Kernel(Index1D item, ArrayView<int> source, ArrayView<int> target, ArrayView<float> x, ArrayView<float> y, int width)
    {
        int edge = item / width, j = item % width;
        Atomic.Add(ref y[target[edge] * width + j], x[source[edge] * width + j]);
    }
}
