using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>A forest of nodes in which each joined the neighbouring community that gains most modularity.</summary>
/// <remarks>
/// Nodes come by rising degree. A node first gathers its own edges and those of the nodes that have joined it, to the communities at their
/// other ends; then it joins the one with the largest gain 2·(w / 2m − dᵤ·dᵥ / (2m)²), if that is above 0 (Newman and Girvan 2004).
/// </remarks>
internal sealed class CommunityTree
{
    private readonly HostCsr neighbours;
    private readonly int[] root;                                  // a way to the community of each node
    private readonly List<int>?[] joined;                         // who joined a node, the first one first
    private readonly (int Node, double Weight)[]?[] gathered;     // the edges of a node that has joined
    private readonly double[] degree;
    private readonly double[] weight;
    private readonly List<int> touched = [];
    private readonly double total;

    /// <summary>Grows the forest.</summary>
    /// <param name="neighbours">Row i lists the neighbours of node i; symmetric, without loops.</param>
    public CommunityTree(HostCsr neighbours)
    {
        this.neighbours = neighbours;
        var nodes = neighbours.Rows;
        (root, joined, gathered, weight) = ([.. Enumerable.Range(0, nodes)], new List<int>?[nodes], new (int, double)[]?[nodes], new double[nodes]);
        degree = [.. Enumerable.Range(0, nodes).Select(i => (double)(neighbours.RowStart[i + 1] - neighbours.RowStart[i]))];
        total = neighbours.Entries;
        foreach (var node in RadixSort.Order(Array.ConvertAll(degree, d => (int)d))) Join(node);
    }

    /// <summary>Every community in one run, and within it every node before those that joined it.</summary>
    public int[] DepthFirst()
    {
        var order = new List<int>(root.Length);
        var stack = new Stack<int>();
        for (var top = 0; top < root.Length; top++)
        {
            if (root[top] != top) continue;
            stack.Push(top);
            while (stack.TryPop(out var node))
            {
                order.Add(node);
                foreach (var child in joined[node] ?? []) stack.Push(child);
            }
        }
        return [.. order];
    }

    private void Join(int node)
    {
        touched.Clear();
        for (var p = neighbours.RowStart[node]; p < neighbours.RowStart[node + 1]; p++) Gather(node, neighbours.Column[p], 1);
        foreach (var child in joined[node] ?? [])
        {
            foreach (var (other, w) in gathered[child]!) Gather(node, other, w);
            gathered[child] = null;
        }
        var (best, gain) = (-1, 0.0);
        foreach (var other in touched)
        {
            var gained = weight[other] - degree[node] * degree[other] / total;
            if (gained > gain || (gained == gain && best >= 0 && other < best)) (best, gain) = (other, gained);
        }
        gathered[node] = best < 0 ? null : [.. touched.Select(other => (other, weight[other]))];
        foreach (var other in touched) weight[other] = 0;
        if (best < 0) return;
        root[node] = best;
        degree[best] += degree[node];
        (joined[best] ??= []).Add(node);
    }

    private void Gather(int node, int other, double w)
    {
        var community = Root(other);
        if (community == node) return;
        if (weight[community] == 0) touched.Add(community);
        weight[community] += w;
    }

    private int Root(int node)
    {
        while (root[node] != node) node = root[node] = root[root[node]];
        return node;
    }
}
