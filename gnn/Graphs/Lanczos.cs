using System.Numerics;
using System.Runtime.InteropServices;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>The largest eigenvalues of a symmetric matrix and their vectors, by products with it alone: Lanczos' method, restarted with its best vectors.</summary>
/// <remarks>
/// Wu and Simon 2000, "Thick-restart Lanczos method". Every new vector is made orthogonal to all before it, twice, so nothing is found twice; what an
/// eigenvalue of several vectors hides from one starting vector is looked for from another. In double, on the host, same seed same bits. A round costs
/// some (k + 30) products and n·(k + 30)² multiplications; rounds grow with the nearness of eigenvalues. Memory: n·(2k + 60) numbers.
/// </remarks>
public sealed class Lanczos
{
    private const double Tolerance = 1e-9;
    private const int MostRounds = 300;
    private readonly int n;
    private readonly Action<double[], double[]> multiply;
    private readonly Rng rng;
    private readonly List<double[]> locked = [];

    private Lanczos(int n, Action<double[], double[]> multiply, ulong seed) => (this.n, this.multiply, rng) = (n, multiply, new Rng(seed));

    /// <summary>The largest eigenvalues, descending, and their vectors.</summary>
    /// <param name="n">Rows of the matrix.</param>
    /// <param name="k">How many, at most n.</param>
    /// <param name="multiply">Writes the product with the first vector to the second.</param>
    /// <param name="seed">Names the starting vectors.</param>
    /// <exception cref="InvalidOperationException">Neighbouring eigenvalues are too near each other to be told apart in 300 rounds.</exception>
    public static (double[] Values, double[][] Vectors) Largest(int n, int k, Action<double[], double[]> multiply, ulong seed = 1)
    {
        var search = new Lanczos(n, multiply, seed);
        var found = search.Find(k);
        while (found.Count < n)
        {
            search.locked.Clear();
            search.locked.AddRange(found.Select(pair => pair.Vector));
            var more = search.Find(1, least: found[^1].Value + 10 * Tolerance);
            if (more.Count == 0) break;
            found = [.. found.Concat(more).OrderByDescending(pair => pair.Value).Take(k)];
        }
        return ([.. found.Select(pair => pair.Value)], [.. found.Select(pair => pair.Vector)]);
    }

    // The wanted largest of what is orthogonal to the locked ones; nothing as soon as it is clear that all are below the least.
    private List<(double Value, double[] Vector)> Find(int wanted, double least = double.NegativeInfinity)
    {
        var size = Math.Min(n - locked.Count, 2 * wanted + 30);
        var basis = new List<double[]> { Orthogonal(Random(), []) };
        var t = new double[size * size];
        for (var round = 0; round < MostRounds; round++)
        {
            var rest = Extend(basis, t, size);
            var (values, s) = SymmetricEigen.Decompose([.. t], size);
            var unsure = Enumerable.Range(0, wanted).Max(i => Math.Abs(rest * s[(size - 1) * size + size - 1 - i]));
            var settled = unsure < Tolerance || size == n - locked.Count;
            if (values[size - 1] + (settled ? 0 : unsure) < least) return [];
            if (settled) return [.. Ritz(basis, s, size, wanted).Select((vector, i) => (values[size - 1 - i], vector))];
            var kept = Math.Min(size - 2, wanted + (size - wanted) / 3);
            var last = basis[size];
            basis = [.. Ritz(basis, s, size, kept), last];
            Array.Clear(t);
            for (var i = 0; i < kept; i++) t[i * size + i] = values[size - 1 - i];
        }
        throw new InvalidOperationException($"Lanczos: {wanted} eigenvalues of {n} did not settle in {MostRounds} rounds; ask for fewer or more");
    }

    // Grows the basis to the size and one more, with t[i, j] = ⟨vᵢ, A·vⱼ⟩; gives the length of what lies outside the basis.
    private double Extend(List<double[]> basis, double[] t, int size)
    {
        var rest = 0.0;
        for (var j = basis.Count - 1; j < size; j++)
        {
            var w = new double[n];
            multiply(basis[j], w);
            for (var i = 0; i <= j; i++) t[i * size + j] = t[j * size + i] = Dot(basis[i], w);
            Remove(w, basis);
            rest = Math.Sqrt(Dot(w, w));
            if (rest < 1e-12) (w, rest) = (basis.Count + locked.Count < n ? Orthogonal(Random(), basis) : w, 0);
            else Scale(w, 1 / rest);
            basis.Add(w);
        }
        return rest;
    }

    private double[] Orthogonal(double[] v, List<double[]> basis)
    {
        Remove(v, basis);
        Scale(v, 1 / Math.Sqrt(Dot(v, v)));
        return v;
    }

    private void Remove(double[] v, List<double[]> basis)
    {
        for (var pass = 0; pass < 2; pass++)   // once leaves rounding behind; twice is enough
            foreach (var u in locked.Concat(basis)) Add(v, u, -Dot(u, v));
    }

    private double[][] Ritz(List<double[]> basis, double[] s, int size, int count)
    {
        var vectors = new double[count][];
        for (var i = 0; i < count; i++)
        {
            vectors[i] = new double[n];
            for (var j = 0; j < size; j++) Add(vectors[i], basis[j], s[j * size + size - 1 - i]);
        }
        return vectors;
    }

    private double[] Random()
    {
        var v = new double[n];
        for (var i = 0; i < n; i++) v[i] = rng.NextNormal();
        return v;
    }

    private static double Dot(double[] a, double[] b)
    {
        ReadOnlySpan<Vector<double>> x = MemoryMarshal.Cast<double, Vector<double>>(a), y = MemoryMarshal.Cast<double, Vector<double>>(b);
        var lanes = Vector<double>.Zero;
        for (var i = 0; i < x.Length; i++) lanes += x[i] * y[i];
        var sum = Vector.Sum(lanes);
        for (var i = x.Length * Vector<double>.Count; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static void Add(double[] a, double[] b, double by)
    {
        for (var i = 0; i < a.Length; i++) a[i] += by * b[i];
    }

    private static void Scale(double[] a, double by)
    {
        for (var i = 0; i < a.Length; i++) a[i] *= by;
    }
}
