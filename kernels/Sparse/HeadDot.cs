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
        for (var item = first; item < end; item++) dot[item] = Lanes.Dot(dy.Slice(item * features, features), y.Slice(item * features, features));
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Dot.Count, DY.View, Y.View, Dot.View);

    private static void Kernel(Index1D item, ArrayView<float> dy, ArrayView<float> y, ArrayView<float> dot)
    {
        var features = (int)(y.Length / dot.Length);
        dot[item] = Of(dy, item * features, y, item * features, features);
    }

    /// <summary>The sum of products of two runs on a GPU, four at a time where they are aligned.</summary>
    internal static float Of(ArrayView<float> a, int i, ArrayView<float> b, int j, int count)
    {
        var sums = Quad.All(0f);
        if (count % 4 == 0)
            for (var k = 0; k < count; k += 4) sums += Quad.Load(a, i + k, some: 0) * Quad.Load(b, j + k, some: 0);
        var sum = Quad.Sum(sums);
        if (count % 4 != 0)
            for (var k = 0; k < count; k++) sum += a[i + k] * b[j + k];
        return sum;
    }
}
