using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>y = scale · b, b repeated to y's size, or added to y: the transpose of a sum over rows or columns.</summary>
/// <param name="B">One row, which every row of y gets; or, with <paramref name="PerRow"/>, one number for each row of y.</param>
/// <param name="Y">The larger tensor.</param>
/// <param name="PerRow">Whether b holds one number a row.</param>
/// <param name="Accumulate">Whether to add to y.</param>
/// <param name="Scale">Multiplies b.</param>
public readonly record struct Expand(Tensor B, Tensor Y, bool PerRow, bool Accumulate = false, float Scale = 1f) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Y.Count, this, grain: 16_384);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var spread = new Spread(Y, B, PerRow);
        foreach (var (at, stop) in spread.Pieces(first, end)) Piece(spread.Other(at, stop), Y.Span[at..stop]);
    }

    private void Piece(ReadOnlySpan<float> b, Span<float> y)
    {
        var i = 0;
        for (; i <= y.Length - Lanes.Width; i += Lanes.Width) (Spread.Load(b, i, PerRow) * Scale).Store(y, i, Accumulate);
        for (; i < y.Length; i++) y[i] = (Accumulate ? y[i] : 0f) + Scale * b[PerRow ? 0 : i];
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(Y.Count), B.View, Y.View, new Spread(Y, B, PerRow).Width, PerRow ? 1 : 0, Accumulate ? 1 : 0, Scale);

    private static void Kernel(Index1D item, ArrayView<float> b, ArrayView<float> y, int width, int perRow, int accumulate, float scale) =>
        Quad.Store(y, 4 * item, Spread.Load(b, 4 * item, width, perRow) * scale, accumulate);
}
