using GraphTune.Engine;
using ILGPU;

namespace GraphTune.Kernels;

/// <summary>The numbers of one step of gradient descent.</summary>
/// <param name="Rate">Learning rate.</param>
/// <param name="Decay">Weight decay, added to the gradient.</param>
/// <param name="Momentum">How much of the velocity stays; 0 for plain descent.</param>
/// <param name="Add">1 − dampening: how much of the gradient the velocity takes.</param>
/// <param name="Sign">1 to go down, −1 to go up.</param>
public readonly record struct SgdRule(float Rate, float Decay, float Momentum, float Add, float Sign);

/// <summary>u = μ·u + a·g, p = p − r·u; Nesterov's form p = p − r·(g + μ·u); in one pass, with g = sign·clip·dp + λ·(p − anchor).</summary>
/// <param name="P">Parameters side by side; moved.</param>
/// <param name="DP">Their gradients; only read.</param>
/// <param name="Velocity">u; moved. Null without momentum.</param>
/// <param name="Anchor">Where weight decay pulls to; null for 0.</param>
/// <param name="First">Whether the velocity is undefined and becomes g, as in PyTorch.</param>
/// <param name="Nesterov">Whether to look ahead (Sutskever et al. 2013).</param>
/// <param name="Clip">What the gradient is multiplied by, its first number; null for 1.</param>
/// <param name="Rule">The step's numbers.</param>
/// <param name="Of">The stretches that move; null for all.</param>
public readonly record struct Sgd(Tensor P, Tensor DP, Tensor? Velocity, Tensor? Anchor, bool First, bool Nesterov, Tensor? Clip, SgdRule Rule, Blocks? Of = null) : IKernel, IRowLoop
{
    private int Count => Of?.Count ?? Blocks.In(P.Count);

    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(Count, this, grain: 8);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        Span<float> p = P.Span, velocity = Velocity is null ? default : Velocity.Span;
        ReadOnlySpan<float> dp = DP.Span, anchor = Anchor is null ? default : Anchor.Span;
        var sign = Rule.Sign * (Clip is null ? 1f : Clip.Span[0]);
        for (var block = first; block < end; block++)
        {
            var (start, stop) = Blocks.Bounds(Of, block, p.Length);
            Move(p[..stop], dp[..stop], velocity.IsEmpty ? velocity : velocity[..stop], anchor.IsEmpty ? anchor : anchor[..stop], sign, start);
        }
    }

    private void Move(Span<float> p, ReadOnlySpan<float> dp, Span<float> velocity, ReadOnlySpan<float> anchor, float sign, int start)
    {
        for (var i = start; i < p.Length; i += Lanes.Width)
        {
            var old = Lanes.Load(p, i, 0f);
            var g = Lanes.Load(dp, i, 0f) * sign + (anchor.IsEmpty ? old : old - Lanes.Load(anchor, i, 0f)) * Rule.Decay;
            if (!velocity.IsEmpty)
            {
                var u = First ? g : Lanes.Load(velocity, i, 0f) * Rule.Momentum + g * Rule.Add;
                u.StoreFitting(velocity, i);
                g = Nesterov ? g + u * Rule.Momentum : u;
            }
            (old - g * Rule.Rate).StoreFitting(p, i);
        }
    }

    /// <inheritdoc/>
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, Of is null ? P.Count : Count * Blocks.Size, P.View, DP.View, (Velocity ?? P).View, (Anchor ?? P).View, (Clip ?? DP).View, Blocks.ViewOf(Of, P),
        (Velocity is null ? 0 : 1) + (Clip is null ? 0 : 2) + (First ? 4 : 0) + (Nesterov ? 8 : 0) + (Anchor is null ? 0 : 16) + (Of is null ? 0 : 32), Rule);

    private static void Kernel(Index1D item, ArrayView<float> p, ArrayView<float> dp, ArrayView<float> velocity, ArrayView<float> anchor, ArrayView<float> clip, ArrayView<int> blocks, int has, SgdRule rule)
    {
        var i = Blocks.Element(item, blocks, has & 32, p.IntLength);
        if (i < 0) return;
        var g = rule.Sign * ((has & 2) != 0 ? clip[0] : 1f) * dp[i] + rule.Decay * ((has & 16) != 0 ? p[i] - anchor[i] : p[i]);
        if ((has & 1) != 0)
        {
            var u = (has & 4) != 0 ? g : rule.Momentum * velocity[i] + rule.Add * g;
            velocity[i] = u;
            g = (has & 8) != 0 ? g + rule.Momentum * u : u;
        }
        p[i] -= rule.Rate * g;
    }
}
