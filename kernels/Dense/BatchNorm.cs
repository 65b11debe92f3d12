using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y = (x − μ)·r·γ + β, with one mean μ and one r = 1 / √(σ² + ε) for each column.</summary>
/// <param name="X">x[n,m].</param>
/// <param name="Mean">μ[m].</param>
/// <param name="Scale">r[m].</param>
/// <param name="Gamma">γ[m]; null for 1.</param>
/// <param name="Beta">β[m]; null for 0.</param>
/// <param name="Y">y[n,m].</param>
/// <param name="Folded">
/// Whether to compute x·α + β' with α = γ·r and β' = β − μ·α, as PyTorch does. That is less exact where |μ| is far above σ, but rounds as what
/// a published model was measured with.
/// </param>
public readonly record struct BatchNorm(Tensor X, Tensor Mean, Tensor Scale, Tensor? Gamma, Tensor? Beta, Tensor Y, bool Folded = false) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(X.Count / Math.Max(1, Mean.Count), this, grain: 1 + 16_384 / (1 + Mean.Count));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var (width, folded) = (Mean.Count, Folded);
        ReadOnlySpan<float> mean = Mean.Span, scale = Scale.Span, gamma = Gamma is null ? default : Gamma.Span, beta = Beta is null ? default : Beta.Span;
        for (var row = first; row < end; row++)
        {
            ReadOnlySpan<float> x = X.Span.Slice(row * width, width);
            var y = Y.Span.Slice(row * width, width);
            var j = 0;
            for (; j <= width - Lanes.Width; j += Lanes.Width)
                Eight(Lanes.Load(x, j), Lanes.Load(mean, j), Lanes.Load(scale, j), gamma.IsEmpty ? Vector256<float>.One : Lanes.Load(gamma, j), beta.IsEmpty ? default : Lanes.Load(beta, j), folded).Store(y, j);
            if (j < width)
                Eight(Lanes.LoadUpTo(x, j), Lanes.LoadUpTo(mean, j), Lanes.LoadUpTo(scale, j), gamma.IsEmpty ? Vector256<float>.One : Lanes.LoadUpTo(gamma, j), beta.IsEmpty ? default : Lanes.LoadUpTo(beta, j), folded).StoreFitting(y, j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Eight(Vector256<float> x, Vector256<float> mean, Vector256<float> scale, Vector256<float> gamma, Vector256<float> beta, bool folded)
    {
        if (!folded) return (x - mean) * scale * gamma + beta;
        var alpha = scale * gamma;
        return Vector256.MultiplyAddEstimate(x, alpha, Vector256.MultiplyAddEstimate(-mean, alpha, beta));
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(X.Count), X.View, Mean.View, Scale.View, (Gamma ?? X).View, (Beta ?? X).View, Y.View,
        Mean.Count, (Gamma is null ? 0 : 1) | (Beta is null ? 0 : 2) | (Folded ? 4 : 0));

    private static void Kernel(Index1D item, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> scale, ArrayView<float> gamma,
        ArrayView<float> beta, ArrayView<float> y, int width, int affine)
    {
        var i = 4 * item;
        Quad values = Quad.Load(x, i), middle = Spread.Load(mean, i, width, perRow: 0), factor = Spread.Load(scale, i, width, perRow: 0);
        if ((affine & 4) != 0)
        {
            if ((affine & 1) != 0) factor *= Spread.Load(gamma, i, width, perRow: 0);
            var rest = (affine & 2) != 0 ? Spread.Load(beta, i, width, perRow: 0) : Quad.All(0f);
            Quad.Store(y, i, values * factor + (rest - middle * factor), accumulate: 0);
            return;
        }
        var hat = (values - middle) * factor;
        if ((affine & 1) != 0) hat *= Spread.Load(gamma, i, width, perRow: 0);
        if ((affine & 2) != 0) hat += Spread.Load(beta, i, width, perRow: 0);
        Quad.Store(y, i, hat, accumulate: 0);
    }
}

/// <summary>dx = γ·r·(dy − (Σdy + x̂·Σdy·x̂) / n), or γ·r·dy where the statistics are constants; or added to dx.</summary>
/// <param name="X">x[n,m].</param>
/// <param name="Mean">μ[m].</param>
/// <param name="Scale">r[m].</param>
/// <param name="Gamma">γ[m]; null for 1.</param>
/// <param name="DY">dy[n,m].</param>
/// <param name="Sum">Σ dy down each column; null where the statistics are constants.</param>
/// <param name="Dot">Σ dy·x̂ down each column; null where the statistics are constants.</param>
/// <param name="DX">dx[n,m].</param>
/// <param name="Accumulate">Whether to add to dx.</param>
public readonly record struct BatchNormGrad(Tensor X, Tensor Mean, Tensor Scale, Tensor? Gamma, Tensor DY, Tensor? Sum, Tensor? Dot, Tensor DX, bool Accumulate) : IKernel, IRowLoop
{
    private int Height => X.Count / Math.Max(1, Mean.Count);

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Height, this, grain: 1 + 16_384 / (1 + Mean.Count));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var (width, share, accumulate) = (Mean.Count, 1f / Height, Accumulate);
        ReadOnlySpan<float> mean = Mean.Span, scale = Scale.Span, gamma = Gamma is null ? default : Gamma.Span;
        ReadOnlySpan<float> sum = Sum is null ? default : Sum.Span, dot = Dot is null ? default : Dot.Span;
        for (var row = first; row < end; row++)
        {
            ReadOnlySpan<float> x = X.Span.Slice(row * width, width), dy = DY.Span.Slice(row * width, width);
            var dx = DX.Span.Slice(row * width, width);
            var j = 0;
            for (; j <= width - Lanes.Width; j += Lanes.Width)
            {
                var (g, r) = (Lanes.Load(dy, j), Lanes.Load(scale, j));
                if (!sum.IsEmpty) g = Centred(g, Lanes.Load(x, j), Lanes.Load(mean, j), r, Lanes.Load(sum, j), Lanes.Load(dot, j), share);
                (g * (gamma.IsEmpty ? r : r * Lanes.Load(gamma, j))).Store(dx, j, accumulate);
            }
            if (j < width)
            {
                var (g, r) = (Lanes.LoadUpTo(dy, j), Lanes.LoadUpTo(scale, j));
                if (!sum.IsEmpty) g = Centred(g, Lanes.LoadUpTo(x, j), Lanes.LoadUpTo(mean, j), r, Lanes.LoadUpTo(sum, j), Lanes.LoadUpTo(dot, j), share);
                (g * (gamma.IsEmpty ? r : r * Lanes.LoadUpTo(gamma, j))).StoreFitting(dx, j, accumulate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Centred(Vector256<float> g, Vector256<float> x, Vector256<float> mean, Vector256<float> r, Vector256<float> sum, Vector256<float> dot, float share) =>
        g - (sum + (x - mean) * r * dot) * share;

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(X.Count), X.View, Mean.View, Scale.View, (Gamma ?? X).View, DY.View, (Sum ?? X).View, (Dot ?? X).View, DX.View,
        Mean.Count, 1f / Height, (Gamma is null ? 0 : 1) | (Sum is null ? 0 : 2) | (Accumulate ? 4 : 0));

    private static void Kernel(Index1D item, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> scale, ArrayView<float> gamma, ArrayView<float> dy,
        ArrayView<float> sum, ArrayView<float> dot, ArrayView<float> dx, int width, float share, int flags)
    {
        var i = 4 * item;
        Quad g = Quad.Load(dy, i), r = Spread.Load(scale, i, width, perRow: 0);
        if ((flags & 2) != 0)
        {
            var hat = (Quad.Load(x, i) - Spread.Load(mean, i, width, perRow: 0)) * r;
            g -= (Spread.Load(sum, i, width, perRow: 0) + hat * Spread.Load(dot, i, width, perRow: 0)) * share;
        }
        if ((flags & 1) != 0) r *= Spread.Load(gamma, i, width, perRow: 0);
        Quad.Store(dx, i, g * r, flags & 4);
    }
}
