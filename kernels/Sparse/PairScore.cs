using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The operands that forward and backward of GATv2's score share.</summary>
/// <param name="L">The share of the node an edge comes from: l[n,h·c].</param>
/// <param name="R">The share of the node an edge goes to: r[m,h·c].</param>
/// <param name="Weight">The attention vector: weight[h,c].</param>
/// <param name="EdgeAttr">Edge features a[e,d] in the order of the in-edges; null for none.</param>
/// <param name="EdgeWeight">Their map to channels, w[h·c,d], as a linear layer holds it; null for none.</param>
/// <param name="Slope">The slope of the leaky ReLU below 0.</param>
public readonly record struct PairAttention(Tensor L, Tensor R, Tensor Weight, Tensor? EdgeAttr, Tensor? EdgeWeight, float Slope)
{
    /// <summary>The most channels whose sums a CPU twin keeps on the stack, 16 KiB.</summary>
    internal const int OnStack = 4096;

    /// <summary>All channels, h·c.</summary>
    public int Width => Weight.Count;

    /// <summary>The number of heads, h.</summary>
    public int Heads => Weight.Shape[0];

    /// <summary>Features of an edge, d; 0 for none.</summary>
    public int EdgeWidth => EdgeAttr is null ? 0 : EdgeAttr.Shape[1];
}

/// <summary>score[e,h] = Σ over head h's channels of weight·LeakyReLU(lⱼ + rᵢ + W·aₑ) for each entry e = (i, j) of A.</summary>
/// <remarks>
/// Brody, Alon and Yahav 2022, arXiv:2105.14491, eq. 7. The sum in the brackets is made for one edge at a time, on the stack:
/// nothing of the size edges × channels exists. CPU: one row of r meets its rows of l. GPU: one work item per node and head.
/// </remarks>
public readonly record struct PairScore(Csr In, PairAttention A, Tensor Score) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(In, this, grain: 512);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<int> start = In.RowStart.Span, column = In.Column.Span;
        ReadOnlySpan<float> weight = A.Weight.Span;
        var score = Score.Span;
        int heads = A.Heads, channels = A.Width / heads;
        Span<float> z = A.Width <= PairAttention.OnStack ? stackalloc float[A.Width] : new float[A.Width];
        var sums = new PairSums(A);
        for (var row = first; row < end; row++)
            for (var entry = start[row]; entry < start[row + 1]; entry++)
            {
                sums.At(column[entry], row, entry, z);
                for (var head = 0; head < heads; head++)
                    score[entry * heads + head] = LeakyDot(z.Slice(head * channels, channels), weight.Slice(head * channels, channels), A.Slope);
            }
    }

    private static float LeakyDot(ReadOnlySpan<float> z, ReadOnlySpan<float> weight, float slope)
    {
        var lanes = Vector256<float>.Zero;
        var i = 0;
        for (; i <= z.Length - Lanes.Width; i += Lanes.Width) lanes += LeakyRelu.Value(Lanes.Load(z, i), slope) * Lanes.Load(weight, i);
        var sum = Vector256.Sum(lanes);
        for (; i < z.Length; i++) sum += LeakyRelu.Value(z[i], slope) * weight[i];
        return sum;
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, In.Rows * A.Heads, In.RowStart.View, In.Column.View, new PairViews(A), Score.View);

    private static void Kernel(Index1D item, ArrayView<int> start, ArrayView<int> column, PairViews a, ArrayView<float> score)
    {
        int row = item / a.Heads, head = item % a.Heads, channels = a.Width / a.Heads;
        for (var entry = start[row]; entry < start[row + 1]; entry++)
        {
            var sum = 0f;
            for (var c = head * channels; c < (head + 1) * channels; c++) sum += a.Weight[c] * Attention.Leaky(a.Z(column[entry], row, entry, c), a.Slope);
            score[entry * a.Heads + head] = sum;
        }
    }
}

/// <summary>z = lⱼ + rᵢ + W·aₑ for one edge, on the CPU.</summary>
internal readonly ref struct PairSums(PairAttention a)
{
    private readonly ReadOnlySpan<float> l = a.L.Span, r = a.R.Span;
    private readonly ReadOnlySpan<float> attr = a.EdgeAttr is null ? default : a.EdgeAttr.Span, map = a.EdgeWeight is null ? default : a.EdgeWeight.Span;
    private readonly int edgeWidth = a.EdgeWidth;

    public void At(int from, int to, int entry, Span<float> z)
    {
        ReadOnlySpan<float> left = l.Slice(from * z.Length, z.Length), right = r.Slice(to * z.Length, z.Length);
        var i = 0;
        for (; i <= z.Length - Lanes.Width; i += Lanes.Width) (Lanes.Load(left, i) + Lanes.Load(right, i)).Store(z, i);
        for (; i < z.Length; i++) z[i] = left[i] + right[i];
        for (i = 0; edgeWidth > 0 && i < z.Length; i++) z[i] += HeadDot.Of(map.Slice(i * edgeWidth, edgeWidth), attr.Slice(entry * edgeWidth, edgeWidth));
    }
}

/// <summary>The same operands as GPU twins take them.</summary>
internal readonly struct PairViews(PairAttention a)
{
    public readonly ArrayView<float> L = a.L.View, R = a.R.View, Weight = a.Weight.View;
    public readonly ArrayView<float> EdgeAttr = (a.EdgeAttr ?? a.L).View, EdgeWeight = (a.EdgeWeight ?? a.L).View;
    public readonly int Width = a.Width, Heads = a.Heads, EdgeWidth = a.EdgeWidth;
    public readonly float Slope = a.Slope;

    public float Z(int from, int to, int entry, int c)
    {
        var z = L[from * Width + c] + R[to * Width + c];
        for (var d = 0; d < EdgeWidth; d++) z += EdgeWeight[c * EdgeWidth + d] * EdgeAttr[entry * EdgeWidth + d];
        return z;
    }

    public float Slopes(float z, int c) => Weight[c] * (z > 0f ? 1f : Slope);
}
