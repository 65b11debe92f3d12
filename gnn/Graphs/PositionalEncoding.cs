using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn;

/// <summary>Features that say where in its graph a node is, computed once on the host, in double.</summary>
public static class PositionalEncoding
{
    private const int LargestDense = 200;

    /// <summary>The chance that a random walk from each node is back after 1, 2, … steps: pe[n, steps].</summary>
    /// <param name="edges">Duplicates and loops count as given; a walk follows edges from source to target.</param>
    /// <param name="steps">The length of the longest walk.</param>
    /// <remarks>Dwivedi et al. 2022, arXiv:2110.07875, eq. 2. O(steps) times the edges within reach of each node: linear in the number of graphs, for many small ones. Memory n + E.</remarks>
    public static float[] RandomWalk(EdgeList edges, int steps)
    {
        var walk = HostCsr.From(edges.Nodes, edges.Nodes, edges.Source, edges.Target);
        var encoding = new float[edges.Nodes * steps];
        double[] now = new double[edges.Nodes], next = new double[edges.Nodes];
        List<int> held = [], reached = [];
        for (var home = 0; home < edges.Nodes; home++)
        {
            now[home] = 1;
            held.Add(home);
            for (var step = 0; step < steps; step++)
            {
                Step(walk, now, next, held, reached);
                (now, next, held, reached) = (next, now, reached, held);
                encoding[home * steps + step] = (float)now[home];
            }
            foreach (var node in held) now[node] = 0;
            held.Clear();
        }
        return encoding;
    }

    /// <summary>Eigenvectors of the symmetric Laplacian that belong to its smallest eigenvalues but the first: pe[n, k].</summary>
    /// <param name="edges">Undirected: each edge in both directions. Loops are left out, duplicates count.</param>
    /// <param name="k">How many.</param>
    /// <param name="absolute">Whether absolute values are given, since an eigenvector's sign is arbitrary; if not, the largest element of each is positive, and <see cref="FlipSigns"/> may follow.</param>
    /// <returns>Row-major. Beyond n − 1 vectors, zeros.</returns>
    /// <exception cref="InvalidDataException">An edge lacks its reverse.</exception>
    /// <exception cref="InvalidOperationException">Neighbouring eigenvalues of a large graph are too near each other to be told apart.</exception>
    /// <remarks>
    /// Dwivedi et al. 2020, arXiv:2003.00982, section 4. Up to 200 nodes by rotations of the whole matrix, O(n³) work; beyond by <see cref="Lanczos"/>,
    /// which multiplies with the edges only. Of a graph in c parts the first c eigenvalues are 0, and which vectors stand for them is arbitrary.
    /// </remarks>
    public static float[] Laplacian(EdgeList edges, int k, bool absolute = true)
    {
        var n = edges.Nodes;
        var adjacency = NormalisedAdjacency(edges);
        var found = Math.Min(k + 1, n);
        var vectors = n <= LargestDense ? Dense(adjacency, found) : Lanczos.Largest(n, found, adjacency.Multiply).Vectors;
        var encoding = new float[n * k];
        for (var j = 1; j < found; j++)
        {
            var sign = absolute || vectors[j].MaxBy(Math.Abs) > 0 ? 1f : -1f;
            for (var i = 0; i < n; i++) encoding[i * k + j - 1] = absolute ? (float)Math.Abs(vectors[j][i]) : sign * (float)vectors[j][i];
        }
        return encoding;
    }

    /// <summary>The encoding with the signs of each graph's columns drawn anew, on a tape for training; on one for inference as it is.</summary>
    /// <param name="encoding">pe[n, k], signed.</param>
    /// <param name="batch">The graph of each node; null for one graph.</param>
    /// <remarks>Dwivedi et al. 2020, arXiv:2003.00982, section 4: the model learns that a sign means nothing. Named by the tape's seed and step.</remarks>
    public static Var FlipSigns(Var encoding, RowIndex? batch = null)
    {
        if (!encoding.Tape.Records) return encoding;
        var signs = encoding.Tape.Constant(new Shape(batch?.Rows ?? 1, encoding.Shape[1]), 1f).Dropout(0.5f) - 1f;   // 0 or 2, less 1
        return encoding * (batch is null ? signs.Reshape(encoding.Shape[1]) : signs.Gather(batch));
    }

    private static double[][] Dense(Weighted adjacency, int count)
    {
        var n = adjacency.Edges.Rows;
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var p = adjacency.Edges.RowStart[i]; p < adjacency.Edges.RowStart[i + 1]; p++) a[i * n + adjacency.Edges.Column[p]] += adjacency.Weight[p];
        var (_, v) = SymmetricEigen.Decompose(a, n);
        return [.. Enumerable.Range(0, count).Select(j => Enumerable.Range(0, n).Select(i => v[i * n + n - 1 - j]).ToArray())];
    }

    // D^(−1/2)·A·D^(−1/2), whose largest eigenvalues are the Laplacian's smallest, one less each.
    private static Weighted NormalisedAdjacency(EdgeList edges)
    {
        int[] kept = [.. Enumerable.Range(0, edges.Count).Where(e => edges.Source[e] != edges.Target[e])];
        var a = HostCsr.From(edges.Nodes, edges.Nodes, Array.ConvertAll(kept, e => edges.Source[e]), Array.ConvertAll(kept, e => edges.Target[e]));
        var back = a.Transposed();
        for (var i = 0; i < a.Rows; i++)
        {
            ReadOnlySpan<int> there = a.Column.AsSpan(a.RowStart[i]..a.RowStart[i + 1]), here = back.Column.AsSpan(back.RowStart[i]..back.RowStart[i + 1]);
            if (!there.SequenceEqual(here)) throw Lopsided(i, there.ToArray(), here.ToArray());
        }
        var weight = new double[a.Entries];
        for (var i = 0; i < a.Rows; i++)
            for (var p = a.RowStart[i]; p < a.RowStart[i + 1]; p++) weight[p] = 1 / Math.Sqrt((double)Degree(i) * Degree(a.Column[p]));
        return new(a, weight);

        int Degree(int i) => a.RowStart[i + 1] - a.RowStart[i];
    }

    private static InvalidDataException Lopsided(int i, int[] there, int[] here)
    {
        var j = there.Concat(here).First(j => there.Count(node => node == j) != here.Count(node => node == j));
        return new($"Laplacian: edge {i} → {j} comes {there.Count(node => node == j)} times but {j} → {i} {here.Count(node => node == j)} times; make the graph undirected first");
    }

    private sealed record Weighted(HostCsr Edges, double[] Weight)
    {
        public void Multiply(double[] x, double[] y)
        {
            for (var i = 0; i < y.Length; i++)
            {
                var sum = 0.0;
                for (var p = Edges.RowStart[i]; p < Edges.RowStart[i + 1]; p++) sum += Weight[p] * x[Edges.Column[p]];
                y[i] = sum;
            }
        }
    }

    // Moves the walkers of one start a step on; only the nodes that hold some are looked at.
    private static void Step(HostCsr walk, double[] now, double[] next, List<int> held, List<int> reached)
    {
        reached.Clear();
        foreach (var node in held)
        {
            var (from, to) = (walk.RowStart[node], walk.RowStart[node + 1]);
            var share = now[node] / (to - from);
            now[node] = 0;
            for (var p = from; p < to; p++)
            {
                if (next[walk.Column[p]] == 0) reached.Add(walk.Column[p]);
                next[walk.Column[p]] += share;
            }
        }
    }
}
