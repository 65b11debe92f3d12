using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.FineTune;

/// <summary>Optimal transport with entropy between the nodes of a graph and themselves, where mass may stay or move along one edge.</summary>
public static class EdgeTransport
{
    /// <summary>P = diag(u)·K·diag(v), K = exp(−C / ε) on the mask and 0 elsewhere, with rows and columns that sum to 1 / n.</summary>
    /// <param name="edges">The mask's edges j → i; every node may also keep its mass, so there is always a plan.</param>
    /// <param name="cost">C, 0 or more: one for each edge, then one for each node's own.</param>
    /// <param name="epsilon">ε, above 0.</param>
    /// <param name="iterations">Sinkhorn's iterations; each makes the rows right, then the columns.</param>
    /// <returns>P in the order of the costs.</returns>
    /// <remarks>Cuturi 2013, arXiv:1306.0895, algorithm 1, in double on the host. O(iterations·edges) time, O(edges) memory. Sums run in the order of edges: the same bits always.</remarks>
    public static double[] Plan(EdgeList edges, ReadOnlySpan<double> cost, double epsilon, int iterations)
    {
        var (n, k) = (edges.Nodes, new double[cost.Length]);
        if (cost.Length != edges.Count + n) throw new ArgumentException($"EdgeTransport: {cost.Length} costs for {edges.Count} edges and {n} nodes");
        for (var e = 0; e < k.Length; e++) k[e] = Math.Exp(-cost[e] / epsilon);
        double[] u = new double[n], v = new double[n], sum = new double[n];
        Array.Fill(v, 1.0);
        for (var i = 0; i < iterations; i++)
        {
            Scale(edges.Target, edges.Source, v, u);
            Scale(edges.Source, edges.Target, u, v);
        }
        for (var e = 0; e < edges.Count; e++) k[e] *= u[edges.Target[e]] * v[edges.Source[e]];
        for (var i = 0; i < n; i++) k[edges.Count + i] *= u[i] * v[i];
        return k;

        // scaled = (1 / n) / (K · other), row by row of the ends named first.
        void Scale(IReadOnlyList<int> end, IReadOnlyList<int> from, double[] other, double[] scaled)
        {
            for (var i = 0; i < n; i++) sum[i] = k[edges.Count + i] * other[i];
            for (var e = 0; e < edges.Count; e++) sum[end[e]] += k[e] * other[from[e]];
            for (var i = 0; i < n; i++) scaled[i] = 1.0 / n / sum[i];
        }
    }
}
