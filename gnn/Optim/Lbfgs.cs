namespace GraphTune.Gnn.Optim;

/// <summary>Minimises a smooth function from its gradients: limited-memory BFGS with a backtracking line search (Liu and Nocedal 1989).</summary>
/// <remarks>Deterministic. For small convex problems, such as a linear probe; networks are trained with <see cref="AdamW"/>.</remarks>
public sealed record Lbfgs
{
    private const double SufficientDecrease = 1e-4;
    private const int Halvings = 30;

    /// <summary>Steps at most.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Pairs of steps and gradient changes that stand for the curvature.</summary>
    public int Memory { get; init; } = 10;

    /// <summary>Ends where the gradient's largest entry is at most this.</summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>Ends where a step lowers the value by at most this share of it.</summary>
    public double LeastGain { get; init; } = 1e-9;

    /// <summary>Minimises.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="function">The value and the gradient at a point; the gradient is not kept, it may be written anew.</param>
    /// <returns>The best point found.</returns>
    public double[] Minimise(ReadOnlySpan<double> start, Func<double[], (double Value, double[] Gradient)> function)
    {
        var x = start.ToArray();
        var (value, g) = At(function, x);
        var pairs = new List<(double[] Step, double[] Change, double Curvature)>();
        for (var step = 0; step < Steps && g.Max(Math.Abs) > Tolerance; step++)
        {
            var direction = Direction(g, pairs);
            var slope = Dot(direction, g);
            if (!(slope < 0)) break;
            var length = pairs.Count == 0 ? Math.Min(1, 1 / Math.Sqrt(Dot(g, g))) : 1.0;
            double[] next = [], nextG = [];
            var nextValue = double.PositiveInfinity;
            for (var half = 0; half < Halvings; half++, length /= 2)
            {
                next = Plus(x, length, direction);
                (nextValue, nextG) = At(function, next);
                if (nextValue <= value + SufficientDecrease * length * slope) break;
            }
            if (!(nextValue < value)) break;   // as far as rounding lets one see
            Remember(pairs, Plus(next, -1, x), Plus(nextG, -1, g));
            var gain = value - nextValue;
            (x, g, value) = (next, nextG, nextValue);
            if (gain <= LeastGain * Math.Abs(value)) break;
        }
        return x;
    }

    private static (double, double[]) At(Func<double[], (double Value, double[] Gradient)> function, double[] x)
    {
        var (value, gradient) = function(x);
        return (value, (double[])gradient.Clone());
    }

    private void Remember(List<(double[] Step, double[] Change, double Curvature)> pairs, double[] step, double[] change)
    {
        var curvature = Dot(step, change);
        if (curvature <= 1e-12 * Dot(change, change)) return;   // rounding has eaten it
        pairs.Add((step, change, curvature));
        if (pairs.Count > Memory) pairs.RemoveAt(0);
    }

    // The two-loop recursion: −H·g, where H is built from the pairs on a multiple of the identity.
    private static double[] Direction(double[] g, List<(double[] Step, double[] Change, double Curvature)> pairs)
    {
        var d = Array.ConvertAll(g, v => -v);
        var weights = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            weights[i] = Dot(pairs[i].Step, d) / pairs[i].Curvature;
            d = Plus(d, -weights[i], pairs[i].Change);
        }
        if (pairs.Count > 0) d = Plus(new double[d.Length], pairs[^1].Curvature / Dot(pairs[^1].Change, pairs[^1].Change), d);
        for (var i = 0; i < pairs.Count; i++) d = Plus(d, weights[i] - Dot(pairs[i].Change, d) / pairs[i].Curvature, pairs[i].Step);
        return d;
    }

    private static double[] Plus(double[] a, double scale, double[] b)
    {
        var sum = new double[a.Length];
        for (var i = 0; i < sum.Length; i++) sum[i] = a[i] + scale * b[i];
        return sum;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
