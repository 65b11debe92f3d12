using System.Runtime.Intrinsics;
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

/// <summary>u = μ·u + a·g, p = p − r·u; Nesterov's form p = p − r·(g + μ·u); in one pass, with g = sign·clip·dp + λ·p.</summary>
/// <param name="P">The parameter; moved.</param>
/// <param name="DP">Its gradient; only read.</param>
/// <param name="Velocity">u; moved. Null without momentum.</param>
/// <param name="First">Whether the velocity is undefined and becomes g, as in PyTorch.</param>
/// <param name="Nesterov">Whether to look ahead (Sutskever et al. 2013).</param>
/// <param name="Clip">What the gradient is multiplied by, its first number; null for 1.</param>
/// <param name="Rule">The step's numbers.</param>
public readonly record struct Sgd(Tensor P, Tensor DP, Tensor? Velocity, bool First, bool Nesterov, Tensor? Clip, SgdRule Rule) : IKernel, IRowLoop
{
    /// <inheritdoc/>
    public void Cpu(CpuDevice cpu) => cpu.ForRows(P.Count, this, grain: 8192);

    /// <inheritdoc/>
    public void Rows(int first, int end)
    {
        var p = P.Span[..end];
        ReadOnlySpan<float> dp = DP.Span[..end];
        var velocity = Velocity is null ? default : Velocity.Span[..end];
        var sign = Vector256.Create(Rule.Sign * (Clip is null ? 1f : Clip.Span[0]));
        for (var i = first; i < end; i += Lanes.Width)
        {
            var old = Lanes.Load(p, i, 0f);
            var g = Lanes.Load(dp, i, 0f) * sign + old * Rule.Decay;
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
    public void Gpu(GpuDevice gpu) => gpu.Launch(Kernel, P.Count, P.View, DP.View, (Velocity ?? P).View, (Clip ?? DP).View,
        (Velocity is null ? 0 : 1) + (Clip is null ? 0 : 2) + (First ? 4 : 0) + (Nesterov ? 8 : 0), Rule);

    private static void Kernel(Index1D i, ArrayView<float> p, ArrayView<float> dp, ArrayView<float> velocity, ArrayView<float> clip, int has, SgdRule rule)
    {
        var g = rule.Sign * ((has & 2) != 0 ? clip[0] : 1f) * dp[i] + rule.Decay * p[i];
        if ((has & 1) != 0)
        {
            var u = (has & 4) != 0 ? g : rule.Momentum * velocity[i] + rule.Add * g;
            velocity[i] = u;
            g = (has & 8) != 0 ? g + rule.Momentum * u : u;
        }
        p[i] -= rule.Rate * g;
    }
}
