using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The mean and the biased variance of each column, each from one sum in the order of the rows.</summary>
/// <param name="X">x[n,m], n at least 1.</param>
/// <param name="Mean">μ[m].</param>
/// <param name="Variance">σ²[m], divided by n.</param>
/// <remarks>
/// Two passes over x. Less exact than <see cref="ColumnMoments"/> by a factor of about √n, and so only for batches of some thousand rows; but it rounds
/// as PyTorch does on a CPU, which matters where a published model turns one rounding into many.
/// Work is shared out by columns, so the bits do not depend on the number of threads.
/// </remarks>
public readonly record struct ColumnChains(Tensor X, Tensor Mean, Tensor Variance) : IKernel, IRowLoop
{
    private const int Panel = 4 * Lanes.Width;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows((Mean.Count + Panel - 1) / Panel, this, grain: 1);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var panel = first; panel < end; panel++)
        {
            var j = panel * Panel;
            if (j + Panel <= Mean.Count) Four(j);
            else for (; j < Mean.Count; j += Lanes.Width) One(j);
        }
    }

    private void Four(int from)
    {
        ReadOnlySpan<float> x = X.Span;
        int width = Mean.Count, height = x.Length / width;
        Vector256<float> a = default, b = default, c = default, d = default;
        for (var i = from; i < x.Length; i += width)
        {
            a += Lanes.Load(x, i);
            b += Lanes.Load(x, i + Lanes.Width);
            c += Lanes.Load(x, i + 2 * Lanes.Width);
            d += Lanes.Load(x, i + 3 * Lanes.Width);
        }
        (a, b, c, d) = (a / height, b / height, c / height, d / height);
        Vector256<float> p = default, q = default, r = default, s = default;
        for (var i = from; i < x.Length; i += width)
        {
            p += Square(Lanes.Load(x, i) - a);
            q += Square(Lanes.Load(x, i + Lanes.Width) - b);
            r += Square(Lanes.Load(x, i + 2 * Lanes.Width) - c);
            s += Square(Lanes.Load(x, i + 3 * Lanes.Width) - d);
        }
        Store(from, a, p / height);
        Store(from + Lanes.Width, b, q / height);
        Store(from + 2 * Lanes.Width, c, r / height);
        Store(from + 3 * Lanes.Width, d, s / height);
    }

    // Lanes beyond the last column read the next row, or zeros, and are not stored.
    private void One(int from)
    {
        ReadOnlySpan<float> x = X.Span;
        int width = Mean.Count, height = x.Length / width;
        Vector256<float> sum = default, spread = default;
        for (var i = from; i < x.Length; i += width) sum += Lanes.Load(x, i, 0f);
        var mean = sum / height;
        for (var i = from; i < x.Length; i += width) spread += Square(Lanes.Load(x, i, 0f) - mean);
        Store(from, mean, spread / height);
    }

    private void Store(int from, Vector256<float> mean, Vector256<float> variance)
    {
        mean.StoreFitting(Mean.Span, from);
        variance.StoreFitting(Variance.Span, from);
    }

    private static Vector256<float> Square(Vector256<float> x) => x * x;

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Mean.Count, X.View, Mean.View, Variance.View, Mean.Count);

    private static void Kernel(Index1D j, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> variance, int width)
    {
        var height = x.IntLength / width;
        float sum = 0f, spread = 0f;
        for (var i = (int)j; i < x.IntLength; i += width) sum += x[i];
        var middle = sum / height;
        for (var i = (int)j; i < x.IntLength; i += width)
        {
            var d = x[i] - middle;
            spread += d * d;
        }
        mean[j] = middle;
        variance[j] = spread / height;
    }
}
