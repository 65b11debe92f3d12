namespace GraphTune.Gnn;

public static partial class SymmetricEigen
{
    private const int MostSteps = 60;   // a value takes two or three
    private const double Rounding = 1e-16;

    /// <summary>The eigenvalues of a[n, n] alone: reflections to a tridiagonal matrix, then implicit QL steps. O(n³) work, a hundredth of <see cref="Decompose"/>'s.</summary>
    /// <param name="a">Row-major, symmetric; it is overwritten.</param>
    /// <param name="n">Rows.</param>
    /// <returns>Ascending eigenvalues.</returns>
    /// <exception cref="ArithmeticException">The steps do not converge, as with numbers that are not finite.</exception>
    public static double[] Values(double[] a, int n)
    {
        double[] diagonal = new double[n], beside = new double[n];
        Tridiagonal(a, n, diagonal, beside);
        var nothing = Rounding * diagonal.Zip(beside, (d, e) => Math.Abs(d) + Math.Abs(e)).DefaultIfEmpty(0).Max();
        for (var k = 0; k < n; k++) Deflate(diagonal, beside, k, nothing);
        Array.Sort(diagonal);
        return diagonal;
    }

    // beside[i] is the element between i and i + 1.
    private static void Tridiagonal(double[] a, int n, double[] diagonal, double[] beside)
    {
        var (v, p) = (new double[n], new double[n]);
        for (var k = 0; k < n - 2; k++)
        {
            var norm = 0.0;
            for (var i = k + 1; i < n; i++)
            {
                v[i] = a[k * n + i];
                norm += v[i] * v[i];
            }
            norm = Math.Sqrt(norm);
            beside[k] = v[k + 1] > 0 ? -norm : norm;
            if (norm == 0) continue;
            v[k + 1] -= beside[k];
            Reflect(a, n, k + 1, v, p);
        }
        if (n > 1) beside[n - 2] = a[(n - 2) * n + n - 1];
        for (var i = 0; i < n; i++) diagonal[i] = a[i * n + i];
    }

    // a ← H·a·H over rows and columns from first on, H = I − 2·v·vᵀ / vᵀv.
    private static void Reflect(double[] a, int n, int first, double[] v, double[] p)
    {
        double square = 0, overlap = 0;
        for (var i = first; i < n; i++) square += v[i] * v[i];
        var scale = 2 / square;
        for (var i = first; i < n; i++)
        {
            var sum = 0.0;
            for (var j = first; j < n; j++) sum += a[i * n + j] * v[j];
            p[i] = scale * sum;
            overlap += p[i] * v[i];
        }
        for (var i = first; i < n; i++) p[i] -= 0.5 * scale * overlap * v[i];
        for (var i = first; i < n; i++)
            for (var j = first; j < n; j++) a[i * n + j] -= v[i] * p[j] + p[i] * v[j];
    }

    // Steps until element k stands alone: then diagonal[k] is an eigenvalue. Where many are zero, what is left beside them is rounding of the largest.
    private static void Deflate(double[] d, double[] e, int k, double nothing)
    {
        for (var step = 0; ; step++)
        {
            var end = k;
            while (end < d.Length - 1 && Math.Abs(e[end]) > Math.Max(nothing, Rounding * (Math.Abs(d[end]) + Math.Abs(d[end + 1])))) end++;
            if (end == k) return;
            if (step == MostSteps) throw new ArithmeticException("eigenvalues: the steps do not converge; are all numbers finite?");
            Step(d, e, k, end);
        }
    }

    // One implicit QL step with Wilkinson's shift on rows k to end.
    private static void Step(double[] d, double[] e, int k, int end)
    {
        var half = (d[k + 1] - d[k]) / (2 * e[k]);
        var root = Math.Sqrt(half * half + 1);
        var g = d[end] - d[k] + e[k] / (half + (half < 0 ? -root : root));
        double sin = 1, cos = 1, taken = 0;
        for (var i = end - 1; i >= k; i--)
        {
            double f = sin * e[i], b = cos * e[i];
            var r = Math.Sqrt(f * f + g * g);
            e[i + 1] = r;
            if (r == 0)
            {
                d[i + 1] -= taken;
                e[end] = 0;
                return;
            }
            (sin, cos) = (f / r, g / r);
            g = d[i + 1] - taken;
            r = (d[i] - g) * sin + 2 * cos * b;
            taken = sin * r;
            d[i + 1] = g + taken;
            g = cos * r - b;
        }
        d[k] -= taken;
        e[k] = g;
        e[end] = 0;
    }
}
