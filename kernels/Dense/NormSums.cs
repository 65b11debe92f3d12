using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>Σ dy and Σ dy·x̂ down each column, x̂ = (x − μ)·r: the gradients of a norm's β and γ.</summary>
/// <param name="X">Rows of as many numbers as <paramref name="Sum"/> has.</param>
/// <param name="Mean">μ: one for each column, or each row.</param>
/// <param name="Scale">r: one for each column, or each row.</param>
/// <param name="DY">Shaped like x.</param>
/// <param name="Sum">Σ dy.</param>
/// <param name="Dot">Σ dy·x̂.</param>
/// <param name="PerRow">Whether μ and r belong to rows.</param>
public readonly record struct NormSums(Tensor X, Tensor Mean, Tensor Scale, Tensor DY, Tensor Sum, Tensor Dot, bool PerRow) : IKernel
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => On(cpu);

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => On(gpu);

    private void On(Device device)
    {
        if (Sum.Count == 0) return;
        var height = X.Count / Sum.Count;
        var shape = new Shape((height - 1) / ColumnSum.Block + 1, Sum.Count);
        using var sums = new Tensor(device, shape);
        using var dots = new Tensor(device, shape);
        device.Run(new NormBlockSums(X, Mean, Scale, DY, sums, dots, Sum.Count, ColumnSum.Block, PerRow));
        device.Run(new ColumnSum(sums, Sum));
        device.Run(new ColumnSum(dots, Dot));
    }
}

/// <summary>The sums of <see cref="NormSums"/> for each block of rows.</summary>
public readonly record struct NormBlockSums(Tensor X, Tensor Mean, Tensor Scale, Tensor DY, Tensor Sums, Tensor Dots, int Width, int Size, bool PerRow) : IKernel, IRowLoop
{
    private const int Panel = 4 * Lanes.Width;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Sums.Count / Width, this, grain: 1 + 16_384 / (Size * Width));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var height = X.Count / Width;
        for (var block = first; block < end; block++)
        {
            int from = block * Size, to = Math.Min(height, from + Size), j = 0;
            Span<float> sums = Sums.Span.Slice(block * Width, Width), dots = Dots.Span.Slice(block * Width, Width);
            for (; j <= Width - Panel; j += Panel) Four(from, to, j, sums, dots);
            for (; j < Width; j += Lanes.Width) One(from, to, j, sums, dots);
        }
    }

    private void Four(int first, int end, int j, Span<float> sums, Span<float> dots)
    {
        ReadOnlySpan<float> x = X.Span, dy = DY.Span, mean = Mean.Span, scale = Scale.Span;
        var (width, perRow) = (Width, PerRow);
        Vector256<float> a = default, b = default, c = default, d = default, p = default, q = default, r = default, s = default;
        for (var row = first; row < end; row++)
        {
            var i = row * width + j;
            Vector256<float> g = Lanes.Load(dy, i), h = Lanes.Load(dy, i + Lanes.Width), k = Lanes.Load(dy, i + 2 * Lanes.Width), l = Lanes.Load(dy, i + 3 * Lanes.Width);
            a += g;
            b += h;
            c += k;
            d += l;
            p += Term(g, Lanes.Load(x, i), mean, scale, perRow ? row : j, perRow);
            q += Term(h, Lanes.Load(x, i + Lanes.Width), mean, scale, perRow ? row : j + Lanes.Width, perRow);
            r += Term(k, Lanes.Load(x, i + 2 * Lanes.Width), mean, scale, perRow ? row : j + 2 * Lanes.Width, perRow);
            s += Term(l, Lanes.Load(x, i + 3 * Lanes.Width), mean, scale, perRow ? row : j + 3 * Lanes.Width, perRow);
        }
        a.Store(sums, j);
        b.Store(sums, j + Lanes.Width);
        c.Store(sums, j + 2 * Lanes.Width);
        d.Store(sums, j + 3 * Lanes.Width);
        p.Store(dots, j);
        q.Store(dots, j + Lanes.Width);
        r.Store(dots, j + 2 * Lanes.Width);
        s.Store(dots, j + 3 * Lanes.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Term(Vector256<float> g, Vector256<float> x, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, int of, bool perRow) => perRow
        ? g * (x - Vector256.Create(mean[of])) * Vector256.Create(scale[of])
        : g * (x - Lanes.Load(mean, of)) * Lanes.Load(scale, of);

    // The last columns, up to eight.
    private void One(int first, int end, int j, Span<float> sums, Span<float> dots)
    {
        ReadOnlySpan<float> x = X.Span, dy = DY.Span, mean = Mean.Span, scale = Scale.Span;
        Vector256<float> sum = default, dot = default;
        var (m, r) = PerRow ? default : (Lanes.Load(mean, j, 0f), Lanes.Load(scale, j, 0f));
        for (var row = first; row < end; row++)
        {
            if (PerRow) (m, r) = (Vector256.Create(mean[row]), Vector256.Create(scale[row]));
            var g = Lanes.Load(dy, row * Width + j, 0f);
            sum += g;
            dot += g * (Lanes.Load(x, row * Width + j, 0f) - m) * r;
        }
        sum.StoreFitting(sums, j);
        dot.StoreFitting(dots, j);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Sums.Count, X.View, Mean.View, Scale.View, DY.View, Sums.View, Dots.View, Width, Size, PerRow ? 1 : 0);

    private static void Kernel(Index1D at, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> scale, ArrayView<float> dy,
        ArrayView<float> sums, ArrayView<float> dots, int width, int size, int perRow)
    {
        int first = at / width * size, j = at % width, height = x.IntLength / width;
        float sum = 0f, dot = 0f;
        for (var row = first; row < height && row < first + size; row++)
        {
            var i = row * width + j;
            var group = perRow != 0 ? row : j;
            sum += dy[i];
            dot += dy[i] * (x[i] - mean[group]) * scale[group];
        }
        (sums[at], dots[at]) = (sum, dot);
    }
}
