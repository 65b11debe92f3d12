using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn;

/// <summary>Features that say where in its graph a node is, computed once on the host, in double.</summary>
public static class PositionalEncoding
{
    /// <summary>The chance that a random walk from each node is back after 1, 2, … steps: pe[n, steps].</summary>
    /// <param name="edges">Duplicates and loops count as given; a walk follows edges from source to target.</param>
    /// <param name="steps">The length of the longest walk.</param>
    /// <remarks>Dwivedi et al. 2022, arXiv:2110.07875, eq. 2. At most O(n·E·steps) work, n + E memory.</remarks>
    public static float[] RandomWalk(EdgeList edges, int steps)
    {
        var walk = HostCsr.From(edges.Nodes, edges.Nodes, edges.Source, edges.Target);
        var encoding = new float[edges.Nodes * steps];
        double[] now = new double[edges.Nodes], next = new double[edges.Nodes];
        for (var home = 0; home < edges.Nodes; home++)
        {
            Array.Clear(now);
            now[home] = 1;
            for (var step = 0; step < steps; step++)
            {
                Step(walk, now, next);
                (now, next) = (next, now);
                encoding[home * steps + step] = (float)now[home];
            }
        }
        return encoding;
    }

    /// <summary>Eigenvectors of the symmetric Laplacian that belong to its smallest eigenvalues but the first, by absolute value: pe[n, k].</summary>
    /// <param name="edges">Undirected: each edge in both directions. Loops are left out, duplicates count.</param>
    /// <param name="k">How many.</param>
    /// <returns>Row-major absolute values, since an eigenvector's sign is arbitrary. Beyond n − 1, zeros.</returns>
    /// <exception cref="InvalidDataException">An edge lacks its reverse.</exception>
    /// <remarks>Dwivedi et al. 2020, arXiv:2003.00982, section 4. O(n³) work and n² memory.</remarks>
    public static float[] Laplacian(EdgeList edges, int k)
    {
        var n = edges.Nodes;
        var (_, vectors) = SymmetricEigen.Decompose(Laplacian(edges), n);
        var encoding = new float[n * k];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < Math.Min(k, n - 1); j++) encoding[i * k + j] = (float)Math.Abs(vectors[i * n + j + 1]);
        return encoding;
    }

    private static void Step(HostCsr walk, double[] now, double[] next)
    {
        Array.Clear(next);
        for (var node = 0; node < now.Length; node++)
        {
            var (from, to) = (walk.RowStart[node], walk.RowStart[node + 1]);
            if (now[node] == 0 || from == to) continue;
            var share = now[node] / (to - from);
            for (var p = from; p < to; p++) next[walk.Column[p]] += share;
        }
    }

    private static double[] Laplacian(EdgeList edges)
    {
        var n = edges.Nodes;
        double[] a = new double[n * n], degree = new double[n];
        for (var e = 0; e < edges.Count; e++)
        {
            if (edges.Source[e] == edges.Target[e]) continue;
            a[edges.Source[e] * n + edges.Target[e]]--;
            degree[edges.Source[e]]++;
        }
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
            {
                if (a[i * n + j] != a[j * n + i] && i < j) throw new InvalidDataException($"Laplacian: edge {i} → {j} comes {-a[i * n + j]} times but {j} → {i} {-a[j * n + i]} times; make the graph undirected first");
            }
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) a[i * n + j] = i == j ? 1 : a[i * n + j] == 0 ? 0 : a[i * n + j] / Math.Sqrt(degree[i] * degree[j]);
        return a;
    }
}
