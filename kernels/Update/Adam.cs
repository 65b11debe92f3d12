using System.Runtime.CompilerServices;
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Rows(int first, int end)
    {
        Span<float> p = P.Span, m = M.Span, v = V.Span, most = Most is null ? default : Most.Span;
        ReadOnlySpan<float> dp = DP.Span, anchor = Anchor is null ? default : Anchor.Span;
        var constants = new Constants(Rule, Rule.Sign * (Clip is null ? 1f : Clip.Span[0]));
        for (var block = first; block < end; block++)
        {
            var (start, stop) = Blocks.Bounds(Of, block, p.Length);
            var i = start;
            for (; i <= stop - Lanes.Width; i += Lanes.Width)
            {
                var (value, mean, square, largest) = Moved(constants, i, p, dp, m, v, most, anchor);
                mean.Store(m, i);
                square.Store(v, i);
                if (!most.IsEmpty) largest.Store(most, i);
                value.Store(p, i);
            }
            if (i == stop) continue;
            var rest = Moved(constants, i, p, dp, m, v, most, anchor);
            rest.Mean.StoreUpTo(m, i, stop - i);
            rest.Square.StoreUpTo(v, i, stop - i);
            if (!most.IsEmpty) rest.Largest.StoreUpTo(most, i, stop - i);
            rest.Value.StoreUpTo(p, i, stop - i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Value, Vector256<float> Mean, Vector256<float> Square, Vector256<float> Largest) Moved(in Constants by, int i,
        ReadOnlySpan<float> p, ReadOnlySpan<float> dp, ReadOnlySpan<float> m, ReadOnlySpan<float> v, ReadOnlySpan<float> most, ReadOnlySpan<float> anchor)
    {
        var to = anchor.IsEmpty ? Vector256<float>.Zero : Lanes.LoadPast(anchor, i);
        var away = Lanes.LoadPast(p, i) - to;
        var g = Lanes.LoadPast(dp, i) * by.Sign + away * by.Decay;
        var mean = Lanes.LoadPast(m, i) * by.Keep1 + g * by.Add1;
        var square = Lanes.LoadPast(v, i) * by.Keep2 + g * g * by.Add2;
        var largest = square;
        if (!most.IsEmpty)
        {
            var before = Lanes.LoadPast(most, i);
            largest = Vector256.ConditionalSelect(Vector256.LessThanOrEqual(square, before), before, square);
        }
        return (to + away * by.Shrink - mean * by.Rate / (Vector256.Sqrt(largest) * by.Root + by.Epsilon), mean, square, largest);
    }

    // The rule's numbers, eight of each.
    private readonly struct Constants(AdamRule rule, float sign)
    {
        public readonly Vector256<float> Sign = Vector256.Create(sign), Decay = Vector256.Create(rule.Decay), Keep1 = Vector256.Create(rule.Keep1), Add1 = Vector256.Create(rule.Add1), Keep2 = Vector256.Create(rule.Keep2);
        public readonly Vector256<float> Add2 = Vector256.Create(rule.Add2), Shrink = Vector256.Create(rule.Shrink), Rate = Vector256.Create(rule.Rate), Root = Vector256.Create(rule.Root), Epsilon = Vector256.Create(rule.Epsilon);
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
