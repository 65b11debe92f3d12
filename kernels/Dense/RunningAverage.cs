using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>running = (1 − w)·running + w·scale·statistic, w the momentum, or, where that is 0, 1 / count: an average of all batches.</summary>
/// <param name="Statistic">This batch's means or variances.</param>
/// <param name="Scale">Multiplies them: n / (n − 1) makes a biased variance an unbiased one.</param>
/// <param name="Running">What is kept.</param>
/// <param name="Count">One number: the batches up to this one.</param>
/// <param name="Momentum">The weight of the new value, above 0 to 1; 0 for 1 / count.</param>
public readonly record struct RunningAverage(Tensor Statistic, float Scale, Tensor Running, Tensor Count, float Momentum) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Running.Count, this, grain: 16_384);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        ReadOnlySpan<float> statistic = Statistic.Span;
        var running = Running.Span;
        var weight = Momentum != 0f ? Momentum : 1f / Count.Span[0];
        for (var j = first; j < end; j++) running[j] += weight * (Scale * statistic[j] - running[j]);
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Running.Count, Statistic.View, Scale, Running.View, Count.View, Momentum);

    private static void Kernel(Index1D j, ArrayView<float> statistic, float scale, ArrayView<float> running, ArrayView<float> count, float momentum)
    {
        var weight = momentum != 0f ? momentum : 1f / count[0];
        running[j] += weight * (scale * statistic[j] - running[j]);
    }
}
