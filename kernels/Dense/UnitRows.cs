using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y = x / max(‖x‖, ε), row by row: rows of Euclidean length 1.</summary>
/// <remarks>One thread does a row, in one fixed order.</remarks>
public readonly record struct UnitRows(Tensor X, Tensor Y, float Epsilon) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(X.Shape[0], this, grain: 1 + 16_384 / (1 + X.Shape.RowLength));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> xs = X.Span;
        var ys = Y.Span;
        var width = X.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            var x = xs.Slice(row * width, width);
            var y = ys.Slice(row * width, width);
            var norm = MathF.Sqrt(Lanes.Dot(x, x));
            var by = 1f / (norm < Epsilon ? Epsilon : norm);
            var j = 0;
            for (; j <= width - Lanes.Width; j += Lanes.Width) (Lanes.Load(x, j) * by).Store(y, j);
            for (; j < width; j++) y[j] = x[j] * by;
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, X.Shape[0], X.View, Y.View, X.Shape.RowLength, Epsilon);

    private static void Kernel(Index1D row, ArrayView<float> x, ArrayView<float> y, int width, float epsilon)
    {
        var sum = 0f;
        for (var i = row * width; i < (row + 1) * width; i++) sum += x[i] * x[i];
        var norm = MathF.Sqrt(sum);
        var by = 1f / (norm < epsilon ? epsilon : norm);
        for (var i = row * width; i < (row + 1) * width; i++) y[i] = x[i] * by;
    }
}

/// <summary>dx = (dy − y·⟨y, dy⟩) / ‖x‖, or dy / ε where ‖x‖ &lt; ε, row by row; or added to dx.</summary>
public readonly record struct UnitRowsGrad(Tensor X, Tensor Y, Tensor DY, Tensor DX, float Epsilon, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(X.Shape[0], this, grain: 1 + 16_384 / (1 + X.Shape.RowLength));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> xs = X.Span, ys = Y.Span, dys = DY.Span;
        var dxs = DX.Span;
        var width = X.Shape.RowLength;
        for (var row = first; row < end; row++)
        {
            ReadOnlySpan<float> x = xs.Slice(row * width, width), y = ys.Slice(row * width, width), dy = dys.Slice(row * width, width);
            var dx = dxs.Slice(row * width, width);
            var norm = MathF.Sqrt(Lanes.Dot(x, x));
            var along = norm < Epsilon ? 0f : Lanes.Dot(y, dy);
            var by = 1f / (norm < Epsilon ? Epsilon : norm);
            var j = 0;
            for (; j <= width - Lanes.Width; j += Lanes.Width) ((Lanes.Load(dy, j) - Lanes.Load(y, j) * along) * by).Store(dx, j, Accumulate);
            for (; j < width; j++) dx[j] = (Accumulate ? dx[j] : 0f) + (dy[j] - y[j] * along) * by;
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, X.Shape[0], X.View, Y.View, DY.View, DX.View, X.Shape.RowLength, Epsilon, Accumulate ? 1 : 0);

    private static void Kernel(Index1D row, ArrayView<float> x, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx, int width, float epsilon, int accumulate)
    {
        float sum = 0f, along = 0f;
        for (var i = row * width; i < (row + 1) * width; i++)
        {
            sum += x[i] * x[i];
            along += y[i] * dy[i];
        }
        var norm = MathF.Sqrt(sum);
        if (norm < epsilon) along = 0f;
        var by = 1f / (norm < epsilon ? epsilon : norm);
        for (var i = row * width; i < (row + 1) * width; i++) dx[i] = (accumulate != 0 ? dx[i] : 0f) + (dy[i] - y[i] * along) * by;
    }
}
