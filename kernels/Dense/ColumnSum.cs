using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>yⱼ = scale · Σᵢ x[i,j], or added to y: sums of fixed blocks of rows, summed in turn, so that bits do not depend on the number of threads.</summary>
/// <param name="X">Rows as wide as y is long.</param>
/// <param name="Y">One number a column.</param>
/// <param name="Accumulate">Whether to add to y.</param>
/// <param name="Scale">Multiplies the sums: 1 / n for a mean.</param>
public readonly record struct ColumnSum(Tensor X, Tensor Y, bool Accumulate = false, float Scale = 1f) : IKernel
{
    // Rows that one thread sums at least, and blocks at most: a GPU is busy, the second pass is cheap, and there is no third.
    internal const int Block = 256;
    private const int MostBlocks = 512;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => On(cpu);

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => On(gpu);

    private void On(Device device)
    {
        if (Y.Count == 0) return;
        var height = X.Count / Y.Count;
        if (height <= Block)
        {
            device.Run(new BlockSum(X, Y, Y.Count, Math.Max(1, height), Accumulate, Scale));
            return;
        }
        var size = Math.Max(Block, (height - 1) / MostBlocks + 1);
        using var parts = new Tensor(device, new Shape((height - 1) / size + 1, Y.Count));
        device.Run(new BlockSum(X, parts, Y.Count, size));
        device.Run(new BlockSum(parts, Y, Y.Count, parts.Shape[0], Accumulate, Scale));
    }
}

/// <summary>y[b,j] = scale · Σᵢ x[i,j] over the rows i of block b, or added to y. Every block has <paramref name="Size"/> rows; the last may have fewer.</summary>
public readonly record struct BlockSum(Tensor X, Tensor Y, int Width, int Size, bool Accumulate = false, float Scale = 1f) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Count / Width, this, grain: 1 + 16_384 / (Size * Width));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var block = first; block < end; block++)
        {
            var start = block * Size * Width;
            var x = X.Span.Slice(start, Math.Min(X.Count - start, Size * Width));
            var y = Y.Span.Slice(block * Width, Width);
            var j = 0;
            for (; j <= Width - 4 * Lanes.Width; j += 4 * Lanes.Width) Wide(x, y, j);
            for (; j <= Width - Lanes.Width; j += Lanes.Width) Narrow(x, y, j);
            for (; j < Width; j++) Single(x, y, j);
        }
    }

    private void Wide(ReadOnlySpan<float> x, Span<float> y, int j)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        for (var i = j; i < x.Length; i += Width)
        {
            a += Lanes.Load(x, i);
            b += Lanes.Load(x, i + Lanes.Width);
            c += Lanes.Load(x, i + 2 * Lanes.Width);
            d += Lanes.Load(x, i + 3 * Lanes.Width);
        }
        (a * Scale).Store(y, j, Accumulate);
        (b * Scale).Store(y, j + Lanes.Width, Accumulate);
        (c * Scale).Store(y, j + 2 * Lanes.Width, Accumulate);
        (d * Scale).Store(y, j + 3 * Lanes.Width, Accumulate);
    }

    private void Narrow(ReadOnlySpan<float> x, Span<float> y, int j)
    {
        Vector256<float> sum = default;
        for (var i = j; i < x.Length; i += Width) sum += Lanes.Load(x, i);
        (sum * Scale).Store(y, j, Accumulate);
    }

    private void Single(ReadOnlySpan<float> x, Span<float> y, int j)
    {
        var sum = 0f;
        for (var i = j; i < x.Length; i += Width) sum += x[i];
        y[j] = (Accumulate ? y[j] : 0f) + sum * Scale;
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, X.View, Y.View, Width, Size, Accumulate ? 1 : 0, Scale);

    private static void Kernel(Index1D at, ArrayView<float> x, ArrayView<float> y, int width, int size, int accumulate, float scale)
    {
        int start = at / width * size * width, length = x.IntLength - start;
        var sum = 0f;
        for (var i = at % width; i < length && i < size * width; i += width) sum += x[start + i];
        y[at] = (accumulate != 0 ? y[at] : 0f) + scale * sum;
    }
}
