using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>yᵢ = scale · Σⱼ x[i,j], or added to y. Rows hold <paramref name="Width"/> elements; the last may be shorter.</summary>
/// <remarks>Reads 4 bytes an element. One thread sums a row, in one fixed order.</remarks>
public readonly record struct RowSum(Tensor X, Tensor Y, int Width, bool Accumulate = false, float Scale = 1f) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Count, this, grain: 1 + 16_384 / (1 + Width));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> x = X.Span;
        var y = Y.Span;
        for (var row = first; row < end; row++)
        {
            var start = row * Width;
            y[row] = (Accumulate ? y[row] : 0f) + Scale * Lanes.Sum(x.Slice(start, Math.Min(x.Length - start, Width)));
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, X.View, Y.View, Width, Accumulate ? 1 : 0, Scale);

    private static void Kernel(Index1D row, ArrayView<float> x, ArrayView<float> y, int width, int accumulate, float scale)
    {
        int at = row * width, end = x.IntLength - at < width ? x.IntLength : at + width;
        var sum = 0f;
        while (at < end)
        {
            var part = 0f;   // sums of 64 numbers first: a long row keeps its precision
            for (var stop = end - at < 64 ? end : at + 64; at < stop; at++) part += x[at];
            sum += part;
        }
        y[row] = (accumulate != 0 ? y[row] : 0f) + scale * sum;
    }
}

/// <summary>y₀ = scale · Σ x, or added to y₀: sums of fixed blocks, summed in turn, so that bits do not depend on the number of threads.</summary>
public readonly record struct Sum(Tensor X, Tensor Y, bool Accumulate = false, float Scale = 1f) : IKernel
{
    private const int Block = 2048;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => On(cpu);

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => On(gpu);

    private void On(Device device)
    {
        if (X.Count <= Block)
        {
            device.Run(new RowSum(X, Y, X.Count, Accumulate, Scale));
            return;
        }
        using var parts = new Tensor(device, new Shape((X.Count - 1) / Block + 1));
        device.Run(new RowSum(X, parts, Block));
        device.Run(new Sum(parts, Y, Accumulate, Scale));
    }
}
