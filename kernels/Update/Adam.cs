using System.Runtime.Intrinsics;
using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The numbers of one step of Adam for parameters that have taken equally many, ready to multiply with.</summary>
/// <param name="Rate">Learning rate ÷ (1 − β₁ᵗ).</param>
/// <param name="Shrink">1 − learning rate · decoupled weight decay: what is left of the parameter's distance from its anchor (AdamW).</param>
/// <param name="Decay">Weight decay that is added to the gradient (Adam).</param>
/// <param name="Keep1">β₁: how much of the mean gradient stays.</param>
/// <param name="Add1">1 − β₁.</param>
/// <param name="Keep2">β₂: how much of the mean square stays.</param>
/// <param name="Add2">1 − β₂.</param>
/// <param name="Root">1 ÷ √(1 − β₂ᵗ).</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="Sign">1 to go down, −1 to go up.</param>
public readonly record struct AdamRule(float Rate, float Shrink, float Decay, float Keep1, float Add1, float Keep2, float Add2, float Root, float Epsilon, float Sign);

/// <summary>m = β₁m + (1 − β₁)g, v = β₂v + (1 − β₂)g², p = a + s·(p − a) − r·m / (√v·c + ε), in one pass; with g = sign·clip·dp + λ·(p − a).</summary>
/// <param name="P">Parameters side by side; moved.</param>
/// <param name="DP">Their gradients; only read.</param>
/// <param name="M">Mean gradient; moved.</param>
/// <param name="V">Mean square of the gradient; moved.</param>
/// <param name="Most">The largest v so far, used in place of v (AMSGrad); null for none.</param>
/// <param name="Anchor">a, where weight decay pulls to; null for 0.</param>
/// <param name="Clip">What the gradient is multiplied by, its first number; null for 1.</param>
/// <param name="Rule">The step's numbers.</param>
/// <param name="Of">The stretches that move; null for all.</param>
/// <remarks>
/// Kingma and Ba 2015, arXiv:1412.6980, algorithm 1; Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2; Reddi et al. 2018; the
/// anchor is the L2-SP penalty of Li, Grandvalet and Davoine 2018, arXiv:1802.01483, eq. 3. Moves 28 bytes per element.
/// </remarks>
public readonly record struct Adam(Tensor P, Tensor DP, Tensor M, Tensor V, Tensor? Most, Tensor? Anchor, Tensor? Clip, AdamRule Rule, Blocks? Of = null) : IKernel, IRowLoop
{
    private int Count => Of?.Count ?? Blocks.In(P.Count);

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Count, this, grain: 8);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        Span<float> p = P.Span, m = M.Span, v = V.Span, most = Most is null ? default : Most.Span;
        ReadOnlySpan<float> dp = DP.Span, anchor = Anchor is null ? default : Anchor.Span;
        var sign = Rule.Sign * (Clip is null ? 1f : Clip.Span[0]);
        for (var block = first; block < end; block++)
        {
            var (start, stop) = Blocks.Bounds(Of, block, p.Length);
            Move(p[..stop], dp[..stop], m[..stop], v[..stop], most.IsEmpty ? most : most[..stop], anchor.IsEmpty ? anchor : anchor[..stop], sign, start);
        }
    }

    private void Move(Span<float> p, ReadOnlySpan<float> dp, Span<float> m, Span<float> v, Span<float> most, ReadOnlySpan<float> anchor, float sign, int start)
    {
        for (var i = start; i < p.Length; i += Lanes.Width)
        {
            var to = anchor.IsEmpty ? Vector256<float>.Zero : Lanes.Load(anchor, i, 0f);
            var away = Lanes.Load(p, i, 0f) - to;
            var g = Lanes.Load(dp, i, 0f) * sign + away * Rule.Decay;
            var mean = Lanes.Load(m, i, 0f) * Rule.Keep1 + g * Rule.Add1;
            var square = Lanes.Load(v, i, 0f) * Rule.Keep2 + g * g * Rule.Add2;
            mean.StoreFitting(m, i);
            square.StoreFitting(v, i);
            if (!most.IsEmpty)
            {
                var largest = Lanes.Load(most, i, 0f);
                square = Vector256.ConditionalSelect(Vector256.LessThanOrEqual(square, largest), largest, square);
                square.StoreFitting(most, i);
            }
            (to + away * Rule.Shrink - mean * Rule.Rate / (Vector256.Sqrt(square) * Rule.Root + Vector256.Create(Rule.Epsilon))).StoreFitting(p, i);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Of is null ? P.Count : Count * Blocks.Size, P.View, DP.View, M.View, V.View, (Most ?? V).View, (Anchor ?? P).View, (Clip ?? DP).View,
        Blocks.ViewOf(Of, P), (Most is null ? 0 : 1) + (Clip is null ? 0 : 2) + (Anchor is null ? 0 : 4) + (Of is null ? 0 : 8), Rule);

    private static void Kernel(Index1D item, ArrayView<float> p, ArrayView<float> dp, ArrayView<float> m, ArrayView<float> v, ArrayView<float> most, ArrayView<float> anchor,
        ArrayView<float> clip, ArrayView<int> blocks, int has, AdamRule rule)
    {
        var i = Blocks.Element(item, blocks, has & 8, p.IntLength);
        if (i < 0) return;
        var to = (has & 4) != 0 ? anchor[i] : 0f;
        var away = p[i] - to;
        var g = rule.Sign * ((has & 2) != 0 ? clip[0] : 1f) * dp[i] + rule.Decay * away;
        var mean = rule.Keep1 * m[i] + rule.Add1 * g;
        var square = rule.Keep2 * v[i] + rule.Add2 * g * g;
        m[i] = mean;
        v[i] = square;
        if ((has & 1) != 0)
        {
            if (square <= most[i]) square = most[i];
            most[i] = square;
        }
        p[i] = to + rule.Shrink * away - rule.Rate * mean / (MathF.Sqrt(square) * rule.Root + rule.Epsilon);
    }
}
