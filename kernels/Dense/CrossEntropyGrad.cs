using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>dxᵢ = g·((1 − s)·w_y·f′(−log p_y)·(p − 1_y) + s/C·(p·Σw − w)) for each chosen row, 0 for all others; or added to dx.</summary>
/// <param name="X">Logits x[n,c], as in <see cref="CrossEntropy"/>; so are the next four.</param>
/// <param name="Label">One class for each of the n rows.</param>
/// <param name="Chosen">The k rows that count; null for all.</param>
/// <param name="Weight">One weight for each class; null for 1.</param>
/// <param name="Rule">The constants.</param>
/// <param name="Norm">What the forward kernel left: norm[k,2].</param>
/// <param name="DY">The incoming gradient: one number for each chosen row, or, with a divisor, one for all.</param>
/// <param name="Divisor">What the sum of losses was divided by, one number; null when the losses were not summed.</param>
/// <param name="DX">Gradient of the logits.</param>
/// <param name="Accumulate">Whether to add to it.</param>
public readonly record struct CrossEntropyGrad(Tensor X, Indices Label, Indices? Chosen, Tensor? Weight, CrossEntropyRule Rule, Tensor Norm, Tensor DY, Tensor? Divisor, Tensor DX, bool Accumulate) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu)
    {
        if (Chosen is not null && !Accumulate) cpu.Run(new Fill(DX, 0f));
        cpu.ForRows(Norm.Shape[0], this, grain: 1 + 4096 / (16 + X.Shape.RowLength));
    }

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        for (var k = first; k < end; k++)
        {
            var i = Chosen is null ? k : Chosen.Span[k];
            var y = Label.Span[i];
            if (y != Rule.Ignore) Row(X.Row(i), y, Norm.Row(k), Divisor is null ? DY.Span[k] : DY.Span[0] / Divisor.Span[0], DX.Row(i));
            else if (!Accumulate) DX.Row(i).Clear();
        }
    }

    private void Row(ReadOnlySpan<float> x, int y, ReadOnlySpan<float> norm, float g, Span<float> dx)
    {
        var weight = Weight is null ? default : Weight.Span;
        var total = weight.IsEmpty ? x.Length : 0f;
        foreach (var w in weight) total += w;
        var isClass = (uint)y < (uint)x.Length;
        var hit = isClass ? g * (1f - Rule.Smoothing) * (weight.IsEmpty ? 1f : weight[y]) * Focus.Slope(norm[0] - x[y] + norm[1], Rule.Gamma) : float.NaN;
        var even = g * Rule.Smoothing / x.Length;
        var shift = Vector256.Create(norm[0]);
        var logSum = Vector256.Create(norm[1]);
        for (var c = 0; c < x.Length; c += Lanes.Width)
        {
            var p = Lanes.Exp(Lanes.Load(x, c, 0f) - shift - logSum);
            var w = weight.IsEmpty ? Vector256<float>.One : Lanes.Load(weight, c, 0f);
            (p * (hit + even * total) - w * even).StoreFitting(dx, c, Accumulate);
        }
        if (isClass) dx[y] -= hit;
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu)
    {
        if (Chosen is not null && !Accumulate) gpu.Run(new Fill(DX, 0f));
        gpu.Launch(Kernel, Norm.Shape[0], X.View, Label.View, (Chosen ?? Label).View, (Weight ?? X).View, Rule, Norm.View, DY.View, (Divisor ?? DY).View, DX.View,
            X.Shape.RowLength, (Chosen is null ? 0 : 1) + (Weight is null ? 0 : 2) + (Divisor is null ? 0 : 4) + (Accumulate ? 8 : 0));
    }

    private static void Kernel(Index1D k, ArrayView<float> x, ArrayView<int> label, ArrayView<int> chosen, ArrayView<float> weight, CrossEntropyRule rule,
        ArrayView<float> norm, ArrayView<float> dy, ArrayView<float> divisor, ArrayView<float> dx, int classes, int has)
    {
        var i = (has & 1) != 0 ? chosen[k] : (int)k;
        var y = label[i];
        var first = i * classes;
        var total = 0f;
        for (var c = 0; c < classes; c++) total += (has & 2) != 0 ? weight[c] : 1f;
        var g = (has & 4) != 0 ? dy[0] / divisor[0] : dy[k];
        var hit = float.NaN;
        if (y >= 0 && y < classes)
            hit = g * (1f - rule.Smoothing) * ((has & 2) != 0 ? weight[y] : 1f) * Focus.Slope(norm[2 * k] - x[first + y] + norm[2 * k + 1], rule.Gamma);
        var even = g * rule.Smoothing / classes;
        for (var c = 0; c < classes; c++)
        {
            var d = 0f;
            if (y != rule.Ignore)
                d = MathF.Exp(x[first + c] - norm[2 * k] - norm[2 * k + 1]) * (hit + even * total) - ((has & 2) != 0 ? weight[c] : 1f) * even - (c == y ? hit : 0f);
            dx[first + c] = ((has & 8) != 0 ? dx[first + c] : 0f) + d;
        }
    }
}
