using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y[i, to + j] = x[i, from + j] for a run of columns, or added to y; the other columns of y stay.</summary>
/// <param name="X">Rows of <paramref name="XWidth"/> numbers.</param>
/// <param name="XWidth">The length of x's rows.</param>
/// <param name="From">The first column that is read.</param>
/// <param name="Y">As many rows, of <paramref name="YWidth"/> numbers.</param>
/// <param name="YWidth">The length of y's rows.</param>
/// <param name="To">The first column that is written.</param>
/// <param name="Columns">How many columns.</param>
/// <param name="Accumulate">Whether to add to y.</param>
public readonly record struct CopyColumns(Tensor X, int XWidth, int From, Tensor Y, int YWidth, int To, int Columns, bool Accumulate = false) : IKernel, IRowLoop
{
    private int Height => YWidth == 0 ? 0 : Y.Count / YWidth;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Height, this, grain: 1 + 32_768 / (1 + Columns));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var row = first; row < end; row++)
        {
            ReadOnlySpan<float> x = X.Span.Slice(row * XWidth + From, Columns);
            var y = Y.Span.Slice(row * YWidth + To, Columns);
            if (!Accumulate) x.CopyTo(y);
            else for (var j = 0; j < y.Length; j += Lanes.Width) Lanes.Load(x, j, 0f).StoreFitting(y, j, accumulate: true);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Height * Columns, X.View, XWidth, From, Y.View, YWidth, To, Columns, Accumulate ? 1 : 0);

    private static void Kernel(Index1D at, ArrayView<float> x, int xWidth, int from, ArrayView<float> y, int yWidth, int to, int columns, int accumulate)
    {
        int row = at / columns, j = at % columns, target = row * yWidth + to + j;
        y[target] = (accumulate != 0 ? y[target] : 0f) + x[row * xWidth + from + j];
    }
}
