using GraphTune.Engine;

namespace GraphTune.Autograd;

/// <summary>Compares a computed gradient with a central difference along random directions. For your own ops and layers too.</summary>
/// <remarks>
/// The outer sum runs in double, on the host. Sources of disagreement that are no errors: rounding of f itself, and kinks
/// (ReLU, max): keep inputs away from them.
/// </remarks>
public static class GradCheck
{
    /// <summary>|analytic − numeric| ÷ max(|analytic|, |numeric|, 1) for L(p) = ⟨r, f(p)⟩, r and the unit direction random; the worst of three directions.</summary>
    /// <param name="p">What is moved; on return it has its value back and its gradient is cleared.</param>
    /// <param name="f">A computation that uses <paramref name="p"/>; it runs seven times, each on a fresh tape of the same seed.</param>
    /// <param name="step">Distance moved along the unit direction, in the parameter's own units.</param>
    /// <param name="seed">Names the random directions.</param>
    public static double Error(Parameter p, Func<Tape, Var> f, float step = 1e-2f, ulong seed = 1)
    {
        var home = p.ToArray();
        var worst = 0.0;
        for (var round = 0u; round < 3; round++)
        {
            var direction = Probe.Unit(home.Length, new Rng(seed, round));
            p.ClearGrad();
            var probe = new Probe(f, p.Device, new Rng(seed, round + 100));
            probe.Loss(backward: true);
            var analytic = Probe.Dot(p.Grad.ToArray(), direction);
            var numeric = (Moved(+step) - Moved(-step)) / (2.0 * step);
            worst = Math.Max(worst, Relative(analytic, numeric));

            double Moved(float by)
            {
                p.Write(Probe.Move(home, direction, by));
                var loss = probe.Loss(backward: false);
                p.Write(home);
                return loss;
            }
        }
        p.ClearGrad();
        return worst;
    }

    /// <summary>Checks every parameter and throws at the first whose gradient is wrong: one line for a layer of your own.</summary>
    /// <param name="parameters">Names and parameters, such as <c>layer.Parameters</c>.</param>
    /// <param name="f">The computation, such as <c>tape => layer.Forward(graph, tape.Input(x))</c>.</param>
    /// <param name="tolerance">The largest relative error allowed.</param>
    /// <exception cref="InvalidOperationException">A gradient disagrees with its difference; the message names it.</exception>
    public static void Verify(IEnumerable<(string Path, Parameter Value)> parameters, Func<Tape, Var> f, double tolerance = 1e-3)
    {
        foreach (var (path, p) in parameters)
        {
            var error = Error(p, f);
            if (!(error <= tolerance)) throw new InvalidOperationException($"the gradient of {path} {p.Shape} is off by {error:g3}, more than {tolerance:g3}, from a central difference");
        }
    }

    private static double Relative(double a, double b) => Math.Abs(a - b) / Math.Max(1.0, Math.Max(Math.Abs(a), Math.Abs(b)));
}
