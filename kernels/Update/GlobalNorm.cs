using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>Σ |x|ᵖ (for p = ∞: max |x|) of each block of a tensor's elements, into a list that several tensors share.</summary>
/// <param name="X">One tensor, or many side by side.</param>
/// <param name="P">Which norm, above 0; infinity for the largest element.</param>
/// <param name="Parts">Written: one number for each block, from <paramref name="At"/> on.</param>
/// <param name="At">Where these blocks begin in the list.</param>
/// <param name="Of">The stretches that count; null for all.</param>
public readonly record struct NormParts(Tensor X, float P, Tensor Parts, int At, Blocks? Of = null) : IKernel, IRowLoop
{
    private int Count => Of?.Count ?? Blocks.In(X.Count);

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Count, this, grain: 16);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> x = X.Span;
        for (var block = first; block < end; block++)
        {
            var (start, stop) = Blocks.Bounds(Of, block, x.Length);
            var part = x[start..stop];
            Parts.Span[At + block] = float.IsPositiveInfinity(P) ? Largest(part) : Sum(part);
        }
    }

    private float Sum(ReadOnlySpan<float> x)
    {
        var sum = Vector256<float>.Zero;
        for (var i = 0; i < x.Length; i += Lanes.Width)
        {
            var size = Vector256.Abs(Lanes.Load(x, i, 0f));
            sum += P == 2f ? size * size : P == 1f ? size : Vector256.Exp(Vector256.Log(size) * P);
        }
        return Vector256.Sum(sum);
    }

    private static float Largest(ReadOnlySpan<float> x)
    {
        var largest = 0f;
        foreach (var value in x) largest = Merge(largest, MathF.Abs(value));
        return largest;
    }

    // NaN stays, whichever side it comes from. It is asked for first: ILGPU takes the opposite of > to be <=, which NaN is not.
    internal static float Merge(float a, float b) => float.IsNaN(b) || b > a ? b : a;

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.LaunchGroups(Kernel, new KernelConfig(Count, GroupReduce.Threads(gpu)), X.View, P, Parts.View, At, Blocks.ViewOf(Of, X), Of is null ? 0 : 1);

    private static void Kernel(ArrayView<float> x, float p, ArrayView<float> parts, int at, ArrayView<int> blocks, int given)
    {
        var mine = 0f;
        var infinite = float.IsPositiveInfinity(p);
        for (var j = Group.IdxX; j < Blocks.Size; j += Group.DimX)
        {
            var i = Blocks.Element(Grid.IdxX * Blocks.Size + j, blocks, given, x.IntLength);
            if (i < 0) continue;
            var size = x[i] < 0f ? -x[i] : x[i];
            if (infinite) mine = Merge(mine, size);
            else mine += p == 2f ? size * size : p == 1f ? size : MathF.Pow(size, p);
        }
        mine = infinite ? GroupReduce.Largest(mine) : GroupReduce.Sum(mine);
        if (Group.IdxX == 0) parts[at + Grid.IdxX] = mine;
    }
}

/// <summary>norm = (min(1, most / (n + 10⁻⁶)), n), where n is the p-norm whose parts are given: what to multiply gradients by, and their norm before.</summary>
/// <remarks>As PyTorch's clip_grad_norm_. An infinite norm gives 0, NaN gives NaN. One thread on the CPU, one group on the GPU: the order never changes.</remarks>
public readonly record struct ClipFactor(Tensor Parts, float P, float Most, Tensor Norm) : IKernel
{
    private const float Tiny = 1e-6f;

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        var total = 0.0;
        foreach (var part in Parts.Span) total = float.IsPositiveInfinity(P) ? NormParts.Merge((float)total, part) : total + part;
        Write((float)(float.IsPositiveInfinity(P) ? total : Math.Pow(total, 1.0 / P)), Norm.Span);
    }

    private void Write(float norm, Span<float> result)
    {
        var factor = Most / (norm + Tiny);
        (result[0], result[1]) = (factor > 1f ? 1f : factor, norm);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.LaunchGroups(Kernel, new KernelConfig(1, GroupReduce.Threads(gpu)), Parts.View, P, Most, Norm.View);

    private static void Kernel(ArrayView<float> parts, float p, float most, ArrayView<float> norm)
    {
        var mine = 0f;
        var infinite = float.IsPositiveInfinity(p);
        for (var i = Group.IdxX; i < parts.IntLength; i += Group.DimX) mine = infinite ? NormParts.Merge(mine, parts[i]) : mine + parts[i];
        mine = infinite ? GroupReduce.Largest(mine) : GroupReduce.Sum(mine);
        if (Group.IdxX != 0) return;
        var total = infinite || p == 1f ? mine : p == 2f ? MathF.Sqrt(mine) : MathF.Pow(mine, 1f / p);
        var factor = most / (total + Tiny);
        norm[0] = factor > 1f ? 1f : factor;
        norm[1] = total;
    }
}
