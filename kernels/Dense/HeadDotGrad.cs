using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>dx[i,h·f] = ds[i,h]·w[h·f], or added to dx: the gradient of <see cref="HeadDot"/>'s x where w is one row.</summary>
/// <param name="DS">ds[n,h].</param>
/// <param name="W">w[h·f].</param>
/// <param name="DX">dx[n,h·f].</param>
/// <param name="Accumulate">Whether to add to dx.</param>
public readonly record struct HeadDotGrad(Tensor DS, Tensor W, Tensor DX, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(DX.Shape[0], this, grain: 1 + 16_384 / (1 + W.Count));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        int heads = DS.Shape.RowLength, width = W.Count, features = width / heads;
        ReadOnlySpan<float> ds = DS.Span[(first * heads)..(end * heads)], w = W.Span;
        var dx = DX.Span[(first * width)..(end * width)];
        int at = 0, column = 0;
        foreach (var by in ds)
        {
            var stop = at + features;
            for (; at <= stop - Lanes.Width; at += Lanes.Width, column += Lanes.Width) (Vector256.Create(by) * Lanes.Load(w, column)).Store(dx, at, Accumulate);
            for (; at < stop; at++, column++) dx[at] = (Accumulate ? dx[at] : 0f) + by * w[column];
            if (column == width) column = 0;
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Quad.Count(DX.Count), DS.View, W.View, DX.View, W.Count / DS.Shape.RowLength, Accumulate ? 1 : 0);

    private static void Kernel(Index1D item, ArrayView<float> ds, ArrayView<float> w, ArrayView<float> dx, int features, int accumulate) =>
        Quad.Store(dx, 4 * item, Spread.Load(ds, 4 * item, features, perRow: 1) * Spread.Load(w, 4 * item, w.IntLength, perRow: 0), accumulate);
}

/// <summary>dw[b,h·f] = Σ ds[i,h]·x[i,h·f] over the rows i of block b: the gradient of <see cref="HeadDot"/>'s one row w, still to be summed over the blocks.</summary>
/// <param name="DS">ds[n,h].</param>
/// <param name="X">x[n,h·f].</param>
/// <param name="DW">dw[blocks, h·f]; every block has <see cref="Block"/> rows, the last may have fewer.</param>
public readonly record struct HeadDotWeightGrad(Tensor DS, Tensor X, Tensor DW) : IKernel, IRowLoop
{
    /// <summary>Rows of a block.</summary>
    public const int Block = 256;

    /// <summary>How many blocks so many rows make.</summary>
    public static int Blocks(int rows) => (rows + Block - 1) / Block;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(DW.Shape[0], this, grain: 1 + 64 / (1 + X.Shape.RowLength));

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        int heads = DS.Shape.RowLength, width = X.Shape.RowLength, features = width / heads, rows = X.Shape[0];
        for (var block = first; block < end; block++)
        {
            int row = block * Block, count = Math.Min(rows - row, Block);
            ReadOnlySpan<float> ds = DS.Span.Slice(row * heads, count * heads), x = X.Span.Slice(row * width, count * width);
            var dw = DW.Row(block);
            for (var head = 0; head < heads; head++)
            {
                int at = head * features, stop = at + features;
                for (; at <= stop - 2 * Lanes.Width; at += 2 * Lanes.Width) Wide(ds[head..], heads, x[at..], width, dw[at..]);
                for (; at <= stop - Lanes.Width; at += Lanes.Width) Narrow(ds[head..], heads, x[at..], width, dw[at..]);
                for (; at < stop; at++) Single(ds[head..], heads, x[at..], width, ref dw[at]);
            }
        }
    }

    // Two rows at a time: four chains, since each addition waits for the one before.
    private static void Wide(ReadOnlySpan<float> ds, int heads, ReadOnlySpan<float> x, int width, Span<float> dw)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        int i = 0, j = 0;
        for (; i < ds.Length - heads; i += 2 * heads, j += 2 * width)
        {
            Vector256<float> even = Vector256.Create(ds[i]), odd = Vector256.Create(ds[i + heads]);
            a = Vector256.MultiplyAddEstimate(even, Lanes.Load(x, j), a);
            b = Vector256.MultiplyAddEstimate(even, Lanes.Load(x, j + Lanes.Width), b);
            c = Vector256.MultiplyAddEstimate(odd, Lanes.Load(x, j + width), c);
            d = Vector256.MultiplyAddEstimate(odd, Lanes.Load(x, j + width + Lanes.Width), d);
        }
        if (i < ds.Length)
        {
            a = Vector256.MultiplyAddEstimate(Vector256.Create(ds[i]), Lanes.Load(x, j), a);
            b = Vector256.MultiplyAddEstimate(Vector256.Create(ds[i]), Lanes.Load(x, j + Lanes.Width), b);
        }
        (a + c).Store(dw, 0);
        (b + d).Store(dw, Lanes.Width);
    }

    private static void Narrow(ReadOnlySpan<float> ds, int heads, ReadOnlySpan<float> x, int width, Span<float> dw)
    {
        Vector256<float> sum = default;
        for (int i = 0, j = 0; i < ds.Length; i += heads, j += width) sum = Vector256.MultiplyAddEstimate(Vector256.Create(ds[i]), Lanes.Load(x, j), sum);
        sum.Store(dw, 0);
    }

    private static void Single(ReadOnlySpan<float> ds, int heads, ReadOnlySpan<float> x, int width, ref float dw)
    {
        var sum = 0f;
        for (int i = 0, j = 0; i < ds.Length; i += heads, j += width) sum += ds[i] * x[j];
        dw = sum;
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        int heads = DS.Shape.RowLength, features = X.Shape.RowLength / heads;
        gpu.Launch(Kernel, Quad.Count(DW.Shape[0] * heads, features), DS.View, X.View, DW.View, heads, features);
    }

    // A head of a block counts as a row, and a thread has four of its features.
    private static void Kernel(Index1D item, ArrayView<float> ds, ArrayView<float> x, ArrayView<float> dw, int heads, int features)
    {
        var at = new QuadOfRow(item, features);
        int block = at.Row / heads, head = at.Row - block * heads, rows = ds.IntLength / heads;
        var sum = Quad.All(0f);
        for (var row = block * Block; row < rows && row < (block + 1) * Block; row++)
            sum += Quad.Load(x, (row * heads + head) * features + at.Column, at.Some) * ds[row * heads + head];
        Quad.Store(dw, at.Row * features + at.Column, sum, accumulate: 0, at.Some);
    }
}
