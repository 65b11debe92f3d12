using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>dot[i,h] = Σ over head h's features of x·w: a score of each head, or what the softmax's gradient subtracts (Dao et al. 2022, arXiv:2205.14135, eq. 4).</summary>
/// <param name="X">x[n,h·f].</param>
/// <param name="W">Of x's count; or one row w[h·f], which meets every row of x.</param>
/// <param name="Dot">dot[n,h].</param>
public readonly record struct HeadDot(Tensor X, Tensor W, Tensor Dot) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Dot.Count, this, grain: 1 + 16_384 / (1 + X.Count / Math.Max(1, Dot.Count)));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> x = X.Span, w = W.Span;
        var dot = Dot.Span;
        int features = X.Count / Dot.Count, other = features == 0 ? 0 : first * features % w.Length;
        for (var item = first; item < end; item++)
        {
            dot[item] = Lanes.Dot(x.Slice(item * features, features), w.Slice(other, features));
            other += features;
            if (other == w.Length) other = 0;
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Dot.Count, X.View, W.View, Dot.View);

    private static void Kernel(Index1D item, ArrayView<float> x, ArrayView<float> w, ArrayView<float> dot)
    {
        var features = (int)(x.Length / dot.Length);
        dot[item] = Of(x, item * features, w, features == 0 ? 0 : item * features % w.IntLength, features);
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
