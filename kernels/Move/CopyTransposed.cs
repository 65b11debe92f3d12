using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[i,j] = x[j,i], or added to y.</summary>
public readonly record struct CopyTransposed(Tensor X, Tensor Y, bool Accumulate = false) : IKernel, IRowLoop
{
    private const int Block = 8;       // rows and columns of a square that registers turn
    private const int Panel = 1024;    // columns of y that one thread turns at a time, of eight rows

    private int Panels => (Y.Shape.RowLength - 1) / Panel + 1;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        if (Y.Count > 0) cpu.ForRows(((Y.Shape[0] - 1) / Block + 1) * Panels, this, grain: 1 + 16_384 / (1 + Block * Math.Min(Panel, Y.Shape.RowLength)));
    }

    /// <summary>Some panels of eight rows of y.</summary>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> x = X.Span;
        var y = Y.Span;
        int rows = Y.Shape[0], width = Y.Shape.RowLength, panels = Panels;
        for (var item = first; item < end; item++)
        {
            int row = item / panels * Block, from = item % panels * Panel, to = Math.Min(width, from + Panel);
            var whole = Avx.IsSupported && row <= rows - Block ? to / Block * Block : from;
            for (var column = from; column < whole; column += Block) Turn(x[(column * rows + row)..], rows, y[(row * width + column)..], width);
            for (var i = row; i < Math.Min(rows, row + Block); i++)
                for (var j = whole; j < to; j++) y[i * width + j] = (Accumulate ? y[i * width + j] : 0f) + x[j * rows + i];
        }
    }

    // Pairs of rows, then of pairs, then halves change places.
    private void Turn(ReadOnlySpan<float> x, int xStride, Span<float> y, int yStride)
    {
        Vector256<float> a = Lanes.Load(x, 0), b = Lanes.Load(x, xStride), c = Lanes.Load(x, 2 * xStride), d = Lanes.Load(x, 3 * xStride);
        Vector256<float> e = Lanes.Load(x, 4 * xStride), f = Lanes.Load(x, 5 * xStride), g = Lanes.Load(x, 6 * xStride), h = Lanes.Load(x, 7 * xStride);
        (a, b, c, d) = Lanes.Quarters(a, b, c, d);
        (e, f, g, h) = Lanes.Quarters(e, f, g, h);
        Store(a, e, y, yStride);
        Store(b, f, y[yStride..], yStride);
        Store(c, g, y[(2 * yStride)..], yStride);
        Store(d, h, y[(3 * yStride)..], yStride);
    }

    private void Store(Vector256<float> left, Vector256<float> right, Span<float> y, int stride)
    {
        Vector256.Create(left.GetLower(), right.GetLower()).Store(y, 0, Accumulate);
        Vector256.Create(left.GetUpper(), right.GetUpper()).Store(y, 4 * stride, Accumulate);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Y.Count, X.View, Y.View, Y.Shape[0], Y.Shape.RowLength, Accumulate ? 1 : 0);

    private static void Kernel(Index1D at, ArrayView<float> x, ArrayView<float> y, int rows, int width, int accumulate)
    {
        int i = at / width, j = at % width;
        y[at] = (accumulate != 0 ? y[at] : 0f) + x[j * rows + i];
    }
}
