using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>yᵢ = (Σⱼ |x[i,j]|ᵖ)^(1/p), the length of each row; for p = ∞ the largest |x|.</summary>
/// <param name="X">Rows of <paramref name="Width"/> numbers.</param>
/// <param name="Y">One number a row.</param>
/// <param name="Width">Numbers in a row.</param>
/// <param name="P">Above 0.</param>
public readonly record struct RowNorm(Tensor X, Tensor Y, int Width, float P) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Count, this, grain: 1 + 16_384 / (1 + Width));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var row = first; row < end; row++)
        {
            ReadOnlySpan<float> x = X.Span.Slice(row * Width, Width);
            var sum = 0f;
            if (P == 2f) sum = Lanes.SumSquares(x, 0f);
            else foreach (var v in x) sum = More(sum, v, P);
            Y.Span[row] = Root(sum, P);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, X.View, Y.View, Width, P);

    private static void Kernel(Index1D row, ArrayView<float> x, ArrayView<float> y, int width, float p)
    {
        var sum = 0f;
        for (var j = 0; j < width; j++) sum = More(sum, x[row * width + j], p);
        y[row] = Root(sum, p);
    }

    private static float More(float sum, float v, float p)
    {
        var size = v < 0f ? -v : v;
        if (p == float.PositiveInfinity)
            return float.IsNaN(sum) ? sum : float.IsNaN(size) ? size : size > sum ? size : sum;   // a comparison with NaN may go either way on a GPU
        return sum + (p == 2f ? v * v : p == 1f ? size : MathF.Pow(size, p));
    }

    private static float Root(float sum, float p) =>
        p == float.PositiveInfinity || p == 1f ? sum : p == 2f ? MathF.Sqrt(sum) : MathF.Pow(sum, 1f / p);
}

/// <summary>dx[i,j] = dyᵢ·sign(x)·(|x| / yᵢ)^(p−1), and 0 where x is 0; or added to dx. For p = ∞ the largest share dyᵢ equally.</summary>
public readonly record struct RowNormGrad(Tensor X, Tensor Y, Tensor DY, Tensor DX, int Width, float P, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Count, this, grain: 1 + 16_384 / (1 + Width));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var row = first; row < end; row++)
            Row(X.Span.Slice(row * Width, Width), Y.Span[row], DY.Span[row], DX.Span.Slice(row * Width, Width));
    }

    private void Row(ReadOnlySpan<float> x, float y, float dy, Span<float> dx)
    {
        if (P == 2f)
        {
            var share = Vector256.Create(y == 0f ? 0f : dy / y);
            for (var j = 0; j < x.Length; j += Lanes.Width) (Lanes.Load(x, j, 0f) * share).StoreFitting(dx, j, Accumulate);
            return;
        }
        var ties = 0;
        if (P == float.PositiveInfinity) foreach (var v in x) ties += MathF.Abs(v) == y ? 1 : 0;
        for (var j = 0; j < x.Length; j++) dx[j] = (Accumulate ? dx[j] : 0f) + dy * Slope(x[j], y, P, ties);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, X.View, Y.View, DY.View, DX.View, Width, P, Accumulate ? 1 : 0);

    private static void Kernel(Index1D row, ArrayView<float> x, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx, int width, float p, int accumulate)
    {
        var ties = 0;
        for (var j = 0; j < width; j++) ties += x[row * width + j] == y[row] || -x[row * width + j] == y[row] ? 1 : 0;
        for (var j = 0; j < width; j++)
        {
            var i = row * width + j;
            dx[i] = (accumulate != 0 ? dx[i] : 0f) + dy[row] * Slope(x[i], y[row], p, ties);
        }
    }

    private static float Slope(float x, float y, float p, int ties)
    {
        if (x == 0f || y == 0f) return 0f;
        var size = x < 0f ? -x : x;
        var slope = p == float.PositiveInfinity ? (size == y ? 1f / ties : 0f) : p == 2f ? size / y : p == 1f ? 1f : MathF.Pow(size / y, p - 1f);
        return x < 0f ? -slope : slope;
    }
}
