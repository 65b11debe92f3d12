namespace GraphTune.Gnn.Statistics;

/// <summary>The special functions behind Student's t and the normal distribution.</summary>
internal static class SpecialFunctions
{
    private const double StirlingFrom = 12;

    /// <summary>ln Γ(x) for x &gt; 0: Stirling's series (DLMF 5.11.1) after shifting x up by Γ(x + 1) = x·Γ(x). Relative error near 1e-15.</summary>
    public static double LogGamma(double x)
    {
        var shift = 1.0;
        for (; x < StirlingFrom; x++) shift *= x;
        var z = 1 / (x * x);
        var series = (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z * (1.0 / 1188 - z * 691 / 360360))))) / x;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series - Math.Log(shift);
    }

    /// <summary>The regularised incomplete beta function Iₓ(a, b).</summary>
    /// <param name="a">Above 0.</param>
    /// <param name="b">Above 0.</param>
    /// <param name="x">0 to 1.</param>
    /// <param name="y">1 − x, given apart so that it keeps its digits where x is near 1.</param>
    public static double IncompleteBeta(double a, double b, double x, double y)
    {
        if (x <= 0) return 0;
        if (y <= 0) return 1;
        // The fraction converges fast on one side of the mean only; the other side is its mirror image.
        return x > (a + 1) / (a + b + 2) ? 1 - Fraction(b, a, y, x) : Fraction(a, b, x, y);
    }

    /// <summary>The continued fraction 1 ÷ (1 + d₁ ÷ (1 + d₂ ÷ …)) of DLMF 8.17.22, by Lentz's method (1976).</summary>
    private static double Fraction(double a, double b, double x, double y)
    {
        double below = 1, upper = 1, lower = 0;
        for (var n = 1; n < 100_000; n++)
        {
            var m = n / 2;
            var term = n % 2 == 0
                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            lower = 1 / AwayFromZero(1 + term * lower);
            upper = AwayFromZero(1 + term / upper);
            below *= upper * lower;
            if (Math.Abs(upper * lower - 1) < 1e-16) break;
        }
        return Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(y)) / (a * below);
    }

    /// <summary>The z below which a share of the normal distribution lies, for a share from ½ to below 1.</summary>
    /// <remarks>Φ(z) = ½ + φ(z)·(z + z³/3 + z⁵/15 + …) (DLMF 7.6.2); Φ is concave there, so Newton's steps from 0 rise to the quantile.</remarks>
    public static double NormalQuantile(double share)
    {
        var z = 0.0;
        for (var step = 0; step < 1000; step++)
        {
            var density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
            double term = z, sum = 0;
            for (var k = 1; sum + term != sum; k++, term *= z * z / (2 * k - 1)) sum += term;
            var next = z + (share - 0.5 - density * sum) / density;
            if (next <= z) break;
            z = next;
        }
        return z;
    }

    private static double AwayFromZero(double v) => v == 0 ? 1e-300 : v;
}
