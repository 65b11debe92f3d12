using GraphTune.Engine;

namespace GraphTune.Autograd;

/// <summary>Checks ⟨J·v, u⟩ = ⟨v, Jᵀ·u⟩: that backward is the transpose of what forward does to a small change.</summary>
public static class AdjointCheck
{
    /// <summary>The relative disagreement for an op that is linear in <paramref name="x"/>, where J·v = f(x + v) − f(x) holds exactly: rounding is all that may remain.</summary>
    /// <param name="x">The input; it has its value back on return.</param>
    /// <param name="f">A computation, linear (or affine) in <paramref name="x"/>.</param>
    /// <param name="seed">Names the random vectors.</param>
    public static double LinearError(Parameter x, Func<Tape, Var> f, ulong seed = 1) => Error(x, f, seed, (probe, home, v) =>
        Probe.Subtract(probe.Value(x, Probe.Move(home, v, 1f)), probe.Value(x, home)));

    /// <summary>The relative disagreement for any smooth op: J·v by a central difference of fourth order (error of order step⁴).</summary>
    /// <param name="x">The input; it has its value back on return.</param>
    /// <param name="f">A computation, smooth in <paramref name="x"/>.</param>
    /// <param name="step">Distance moved along the unit vector v.</param>
    /// <param name="seed">Names the random vectors.</param>
    public static double Error(Parameter x, Func<Tape, Var> f, float step = 5e-2f, ulong seed = 1) => Error(x, f, seed, (probe, home, v) =>
    {
        var near = Probe.Subtract(probe.Value(x, Probe.Move(home, v, step)), probe.Value(x, Probe.Move(home, v, -step)));
        var far = Probe.Subtract(probe.Value(x, Probe.Move(home, v, 2 * step)), probe.Value(x, Probe.Move(home, v, -2 * step)));
        return [.. near.Zip(far, (n, w) => (8 * n - w) / (12.0 * step))];
    });

    private static double Error(Parameter x, Func<Tape, Var> f, ulong seed, Func<Probe, float[], float[], double[]> forward)
    {
        var home = x.ToArray();
        var worst = 0.0;
        for (var round = 0u; round < 3; round++)
        {
            var v = Probe.Unit(home.Length, new Rng(seed, round));
            var probe = new Probe(f, x.Device, new Rng(seed, round + 100));
            x.ClearGrad();
            probe.Loss(backward: true);   // the gradient of ⟨u, f(x)⟩ is Jᵀ·u
            var right = Probe.Dot(x.Grad.ToArray(), v);
            var left = Probe.Dot(probe.Direction, forward(probe, home, v));
            x.Write(home);
            worst = Math.Max(worst, Math.Abs(left - right) / Math.Max(1.0, Math.Max(Math.Abs(left), Math.Abs(right))));
        }
        x.ClearGrad();
        return worst;
    }
}
