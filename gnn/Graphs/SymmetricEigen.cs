namespace GraphTune.Gnn;

/// <summary>Eigenvalues of a symmetric matrix; with eigenvectors by Jacobi's rotations, slow and accurate, alone by way of a tridiagonal matrix.</summary>
/// <remarks>Golub and Van Loan, "Matrix Computations", sections 8.3 and 8.5. A sweep turns every element off the diagonal to zero once; it converges quadratically.</remarks>
public static partial class SymmetricEigen
{
    private const int MostSweeps = 60;   // some ten are usual

    /// <summary>Decomposes a[n, n] = v·diag(values)·vᵀ.</summary>
    /// <param name="a">Row-major, symmetric; it is overwritten.</param>
    /// <param name="n">Rows.</param>
    /// <returns>Ascending eigenvalues, and v[n, n] row-major, whose column k belongs to value k.</returns>
    public static (double[] Values, double[] Vectors) Decompose(double[] a, int n)
    {
        var v = new double[n * n];
        for (var i = 0; i < n; i++) v[i * n + i] = 1;
        for (var sweep = 0; sweep < MostSweeps && Off(a, n) > 1e-30 * n * n; sweep++)
            for (var p = 0; p < n; p++)
                for (var q = p + 1; q < n; q++) Rotate(a, v, n, p, q);
        int[] order = [.. Enumerable.Range(0, n).OrderBy(k => a[k * n + k])];
        var sorted = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var k = 0; k < n; k++) sorted[i * n + k] = v[i * n + order[k]];
        return ([.. order.Select(k => a[k * n + k])], sorted);
    }

    private static double Off(double[] a, int n)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
            for (var j = i + 1; j < n; j++) sum += a[i * n + j] * a[i * n + j];
        return sum;
    }

    private static void Rotate(double[] a, double[] v, int n, int p, int q)
    {
        var off = a[p * n + q];
        if (off == 0) return;
        var theta = (a[q * n + q] - a[p * n + p]) / (2 * off);
        var t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        var cos = 1 / Math.Sqrt(t * t + 1);
        var sin = t * cos;
        for (var k = 0; k < n; k++) (a[k * n + p], a[k * n + q]) = (cos * a[k * n + p] - sin * a[k * n + q], sin * a[k * n + p] + cos * a[k * n + q]);
        for (var k = 0; k < n; k++) (a[p * n + k], a[q * n + k]) = (cos * a[p * n + k] - sin * a[q * n + k], sin * a[p * n + k] + cos * a[q * n + k]);
        for (var k = 0; k < n; k++) (v[k * n + p], v[k * n + q]) = (cos * v[k * n + p] - sin * v[k * n + q], sin * v[k * n + p] + cos * v[k * n + q]);
    }
}
