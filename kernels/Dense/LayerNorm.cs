using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y = (x − μ)·r·γ + β for each row, with the row's mean μ and r = 1 / √(σ² + ε); keeps μ and r.</summary>
/// <param name="X">Rows of <paramref name="Width"/> numbers.</param>
/// <param name="Gamma">One factor for each column; null for 1.</param>
/// <param name="Beta">One number for each column; null for 0.</param>
/// <param name="Y">Shaped like x.</param>
/// <param name="Mean">μ, one a row.</param>
/// <param name="Scale">r, one a row.</param>
/// <param name="Width">Numbers in a row.</param>
/// <param name="Epsilon">ε, added to the biased variance.</param>
/// <remarks>Reads and writes 4 bytes each per element: a row stays in the first cache between its mean, its variance and its result.</remarks>
public readonly record struct LayerNorm(Tensor X, Tensor? Gamma, Tensor? Beta, Tensor Y, Tensor Mean, Tensor Scale, int Width, float Epsilon) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Mean.Count, this, grain: 1 + 8192 / (1 + Width));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var row = first; row < end; row++)
        {
            ReadOnlySpan<float> x = X.Span.Slice(row * Width, Width);
            var mean = Lanes.Sum(x) / Width;
            var scale = 1f / MathF.Sqrt(Lanes.SumSquares(x, mean) / Width + Epsilon);
            (Mean.Span[row], Scale.Span[row]) = (mean, scale);
            Row(x, mean, scale, Y.Span.Slice(row * Width, Width));
        }
    }

    private void Row(ReadOnlySpan<float> x, float mean, float scale, Span<float> y)
    {
        ReadOnlySpan<float> gamma = Gamma is null ? default : Gamma.Span, beta = Beta is null ? default : Beta.Span;
        for (var j = 0; j < x.Length; j += Lanes.Width)
        {
            var hat = (Lanes.Load(x, j, mean) - Vector256.Create(mean)) * scale;
            if (!gamma.IsEmpty) hat *= Lanes.Load(gamma, j, 0f);
            if (!beta.IsEmpty) hat += Lanes.Load(beta, j, 0f);
            hat.StoreFitting(y, j);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Mean.Count, X.View, (Gamma ?? X).View, (Beta ?? X).View, Y.View, Mean.View, Scale.View,
        Width, Epsilon, (Gamma is null ? 0 : 1) | (Beta is null ? 0 : 2));

    private static void Kernel(Index1D row, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> y,
        ArrayView<float> means, ArrayView<float> scales, int width, float epsilon, int affine)
    {
        var start = row * width;
        float sum = 0f, squares = 0f;
        for (var j = 0; j < width; j++) sum += x[start + j];
        var mean = sum / width;
        for (var j = 0; j < width; j++) squares += (x[start + j] - mean) * (x[start + j] - mean);
        var scale = 1f / MathF.Sqrt(squares / width + epsilon);
        (means[row], scales[row]) = (mean, scale);
        for (var j = 0; j < width; j++)
        {
            var hat = (x[start + j] - mean) * scale;
            if ((affine & 1) != 0) hat *= gamma[j];
            y[start + j] = (affine & 2) != 0 ? hat + beta[j] : hat;
        }
    }
}

/// <summary>dx = r·(g − mean(g) − x̂·mean(g·x̂)) for each row, with g = dy·γ and x̂ = (x − μ)·r; or added to dx.</summary>
public readonly record struct LayerNormGrad(Tensor X, Tensor? Gamma, Tensor Mean, Tensor Scale, Tensor DY, Tensor DX, int Width, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Mean.Count, this, grain: 1 + 8192 / (1 + Width));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var row = first; row < end; row++)
            Row(X.Span.Slice(row * Width, Width), Mean.Span[row], Scale.Span[row], DY.Span.Slice(row * Width, Width), DX.Span.Slice(row * Width, Width));
    }

    private void Row(ReadOnlySpan<float> x, float mean, float scale, ReadOnlySpan<float> dy, Span<float> dx)
    {
        var gamma = Gamma is null ? default : Gamma.Span;
        Vector256<float> sums = default, dots = default;
        for (var j = 0; j < x.Length; j += Lanes.Width)
        {
            var g = Pulled(gamma, dy, j);
            sums += g;
            dots += g * (Lanes.Load(x, j, mean) - Vector256.Create(mean)) * scale;
        }
        var (shift, slope) = (Vector256.Create(Vector256.Sum(sums) / Width), Vector256.Create(Vector256.Sum(dots) / Width));
        for (var j = 0; j < x.Length; j += Lanes.Width)
        {
            var hat = (Lanes.Load(x, j, mean) - Vector256.Create(mean)) * scale;
            ((Pulled(gamma, dy, j) - shift - hat * slope) * scale).StoreFitting(dx, j, Accumulate);
        }
    }

    private static Vector256<float> Pulled(ReadOnlySpan<float> gamma, ReadOnlySpan<float> dy, int j) =>
        gamma.IsEmpty ? Lanes.Load(dy, j, 0f) : Lanes.Load(dy, j, 0f) * Lanes.Load(gamma, j, 0f);

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Mean.Count, X.View, (Gamma ?? X).View, Mean.View, Scale.View, DY.View, DX.View,
        Width, Gamma is null ? 0 : 1, Accumulate ? 1 : 0);

    private static void Kernel(Index1D row, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> means, ArrayView<float> scales,
        ArrayView<float> dy, ArrayView<float> dx, int width, int hasGamma, int accumulate)
    {
        var start = row * width;
        float mean = means[row], scale = scales[row], sum = 0f, dot = 0f;
        for (var j = 0; j < width; j++)
        {
            var g = hasGamma != 0 ? dy[start + j] * gamma[j] : dy[start + j];
            sum += g;
            dot += g * (x[start + j] - mean) * scale;
        }
        for (var j = 0; j < width; j++)
        {
            var g = hasGamma != 0 ? dy[start + j] * gamma[j] : dy[start + j];
            var value = (g - sum / width - (x[start + j] - mean) * scale * (dot / width)) * scale;
            dx[start + j] = (accumulate != 0 ? dx[start + j] : 0f) + value;
        }
    }
}
