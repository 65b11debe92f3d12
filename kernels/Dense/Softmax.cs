using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y = softmax(x) over each row: y_j = exp(x_j) / Σ exp(x_k); or its logarithm.</summary>
/// <remarks>A row that holds NaN or +∞, or nothing but −∞, becomes NaN, as in PyTorch.</remarks>
public readonly record struct Softmax(Tensor X, Tensor Y, bool Log) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(RowCount, this, grain: 1 + 16_384 / (16 + X.Shape.RowLength));

    private int RowCount => X.Shape.RowLength == 0 ? 0 : X.Count / X.Shape.RowLength;

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var row = first; row < end; row++)
        {
            ReadOnlySpan<float> x = X.Row(row);
            var y = Y.Row(row);
            var (max, logSum) = RowMath.Normalizer(x);
            for (var j = 0; j < x.Length; j += Lanes.Width)
            {
                var log = Lanes.Load(x, j, 0f) - Vector256.Create(max) - Vector256.Create(logSum);
                (Log ? log : Vector256.Exp(log)).StoreFitting(y, j);
            }
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, RowCount, X.View, Y.View, X.Shape.RowLength, Log ? 1 : 0);

    private static void Kernel(Index1D row, ArrayView<float> x, ArrayView<float> y, int width, int log)
    {
        int first = row * width, end = first + width;
        var (max, logSum) = RowMath.Normalizer(x, first, end);
        for (var j = first; j < end; j++) y[j] = log != 0 ? x[j] - max - logSum : MathF.Exp(x[j] - max - logSum);
    }
}

/// <summary>dx = y∘(dy − Σ y·dy) for softmax, dx = dy − exp(y)·Σ dy for its logarithm, row by row; or added to dx.</summary>
public readonly record struct SoftmaxGrad(Tensor Y, Tensor DY, Tensor DX, bool Log, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(RowCount, this, grain: 1 + 16_384 / (16 + Y.Shape.RowLength));

    private int RowCount => Y.Shape.RowLength == 0 ? 0 : Y.Count / Y.Shape.RowLength;

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var row = first; row < end; row++)
        {
            ReadOnlySpan<float> y = Y.Row(row), dy = DY.Row(row);
            var sums = Vector256<float>.Zero;
            for (var j = 0; j < y.Length; j += Lanes.Width)
            {
                var g = Lanes.Load(dy, j, 0f);
                sums += Log ? g : g * Lanes.Load(y, j, 0f);
            }
            var sum = Vector256.Create(Vector256.Sum(sums));
            var dx = DX.Row(row);
            for (var j = 0; j < y.Length; j += Lanes.Width)
            {
                Vector256<float> p = Lanes.Load(y, j, 0f), g = Lanes.Load(dy, j, 0f);
                (Log ? g - Vector256.Exp(p) * sum : p * (g - sum)).StoreFitting(dx, j, Accumulate);
            }
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, RowCount, Y.View, DY.View, DX.View, Y.Shape.RowLength, Log ? 1 : 0, Accumulate ? 1 : 0);

    private static void Kernel(Index1D row, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx, int width, int log, int accumulate)
    {
        int first = row * width, end = first + width;
        var sum = 0f;
        for (var j = first; j < end; j++) sum += log != 0 ? dy[j] : y[j] * dy[j];
        for (var j = first; j < end; j++)
        {
            var d = log != 0 ? dy[j] - MathF.Exp(y[j]) * sum : y[j] * (dy[j] - sum);
            dx[j] = (accumulate != 0 ? dx[j] : 0f) + d;
        }
    }
}
