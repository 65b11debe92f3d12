using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The mean and the biased variance of each column.</summary>
/// <param name="X">x[n,m], n at least 1.</param>
/// <param name="Mean">μ[m].</param>
/// <param name="Variance">σ²[m], divided by n.</param>
/// <remarks>
/// One pass over x: each block of rows has its own mean and squared distances from it, and the blocks are merged in order
/// (Chan, Golub and LeVeque 1979). Exact where the mean is far larger than the spread, as E[x²] − E[x]² is not.
/// </remarks>
public readonly record struct ColumnMoments(Tensor X, Tensor Mean, Tensor Variance) : IKernel
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => On(cpu);

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => On(gpu);

    private void On(Device device)
    {
        if (Mean.Count == 0) return;
        var height = X.Count / Mean.Count;
        var shape = new Shape((height - 1) / ColumnSum.Block + 1, Mean.Count);
        using var means = new Tensor(device, shape);
        using var squares = new Tensor(device, shape);
        device.Run(new BlockMoments(X, means, squares, Mean.Count, ColumnSum.Block));
        device.Run(new MergeMoments(means, squares, height, ColumnSum.Block, Mean, Variance));
    }
}

/// <summary>For each block of rows and each column the mean, and the sum of squared distances from it.</summary>
public readonly record struct BlockMoments(Tensor X, Tensor Means, Tensor Squares, int Width, int Size) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Means.Count / Width, this, grain: 1 + 16_384 / (Size * Width));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var block = first; block < end; block++)
        {
            var start = block * Size * Width;
            var x = X.Span.Slice(start, Math.Min(X.Count - start, Size * Width));
            for (var j = 0; j < Width; j += Lanes.Width) Panel(x, j, Means.Span.Slice(block * Width, Width), Squares.Span.Slice(block * Width, Width));
        }
    }

    private void Panel(ReadOnlySpan<float> x, int j, Span<float> means, Span<float> squares)
    {
        Vector256<float> sum = default, spread = default;
        for (var i = j; i < x.Length; i += Width) sum += Lanes.Load(x, i, 0f);
        var mean = sum / (x.Length / Width);
        for (var i = j; i < x.Length; i += Width)
        {
            var d = Lanes.Load(x, i, 0f) - mean;
            spread += d * d;
        }
        mean.StoreFitting(means, j);
        spread.StoreFitting(squares, j);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Means.Count, X.View, Means.View, Squares.View, Width, Size);

    private static void Kernel(Index1D at, ArrayView<float> x, ArrayView<float> means, ArrayView<float> squares, int width, int size)
    {
        int start = at / width * size * width, length = x.IntLength - start < size * width ? x.IntLength - start : size * width;
        float sum = 0f, spread = 0f;
        for (var i = at % width; i < length; i += width) sum += x[start + i];
        var mean = sum / (length / width);
        for (var i = at % width; i < length; i += width) spread += (x[start + i] - mean) * (x[start + i] - mean);
        (means[at], squares[at]) = (mean, spread);
    }
}

/// <summary>Merges the moments of blocks, in order, into those of all rows.</summary>
public readonly record struct MergeMoments(Tensor Means, Tensor Squares, int Height, int Size, Tensor Mean, Tensor Variance) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Mean.Count, this, grain: 1 + 16_384 / (1 + Height / Size));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> means = Means.Span, squares = Squares.Span;
        var width = Mean.Count;
        for (var j = first; j < end; j++)
        {
            float count = 0f, mean = 0f, spread = 0f;
            for (var (i, done) = (j, 0); i < means.Length; i += width, done += Size)
                Merge(means[i], squares[i], Height - done < Size ? Height - done : Size, ref count, ref mean, ref spread);
            (Mean.Span[j], Variance.Span[j]) = (mean, spread / count);
        }
    }

    private static void Merge(float blockMean, float blockSpread, float blockCount, ref float count, ref float mean, ref float spread)
    {
        var (apart, total) = (blockMean - mean, count + blockCount);
        mean += apart * (blockCount / total);
        spread += blockSpread + apart * apart * (count * (blockCount / total));
        count = total;
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Mean.Count, Means.View, Squares.View, Height, Size, Mean.View, Variance.View);

    private static void Kernel(Index1D at, ArrayView<float> means, ArrayView<float> squares, int height, int size, ArrayView<float> mean, ArrayView<float> variance)
    {
        float count = 0f, average = 0f, spread = 0f;
        var done = 0;
        for (int i = at; i < means.IntLength; i += mean.IntLength)
        {
            Merge(means[i], squares[i], height - done < size ? height - done : size, ref count, ref average, ref spread);
            done += size;
        }
        (mean[at], variance[at]) = (average, spread / count);
    }
}
