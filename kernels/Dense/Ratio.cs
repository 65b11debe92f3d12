using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y = Σ a / Σ b, one number on the device: a weighted mean. Without b, y = Σ a.</summary>
/// <param name="A">Terms.</param>
/// <param name="B">As many weights; null for a plain sum.</param>
/// <param name="Y">Written: the ratio.</param>
/// <param name="Divisor">Written: Σ b, or 1.</param>
/// <remarks>
/// CPU: eight sums in double, by one thread. GPU: one group of threads, each with every n-th term, then a tree.
/// The order never changes, so neither do the bits. With nothing to add, 0 / 0 is NaN, as in PyTorch.
/// </remarks>
public readonly record struct Ratio(Tensor A, Tensor? B, Tensor Y, Tensor Divisor) : IKernel
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        var divisor = B is null ? 1.0 : Sum(B.Span);
        Divisor.Span[0] = (float)divisor;
        Y.Span[0] = (float)(Sum(A.Span) / divisor);
    }

    private static double Sum(ReadOnlySpan<float> x)
    {
        Vector256<double> low = default, high = default;
        for (var i = 0; i < x.Length; i += Lanes.Width)
        {
            var (first, second) = Vector256.Widen(Lanes.Load(x, i, 0f));
            low += first;
            high += second;
        }
        return Vector256.Sum(low + high);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.LaunchGroups(Kernel, new KernelConfig(1, GroupReduce.Threads(gpu)), A.View, (B ?? A).View, B is null ? 0 : 1, Y.View, Divisor.View);

    private static void Kernel(ArrayView<float> a, ArrayView<float> b, int weighted, ArrayView<float> y, ArrayView<float> divisor)
    {
        var top = 0f;
        var bottom = 0f;
        for (var i = Group.IdxX; i < a.IntLength; i += Group.DimX)
        {
            top += a[i];
            if (weighted != 0) bottom += b[i];
        }
        top = GroupReduce.Sum(top);
        bottom = weighted != 0 ? GroupReduce.Sum(bottom) : 1f;
        if (Group.IdxX != 0) return;
        divisor[0] = bottom;
        y[0] = top / bottom;
    }
}
