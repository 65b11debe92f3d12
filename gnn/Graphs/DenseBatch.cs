using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>Places in a padded batch: node k of graph b stands at [b, k], and graphs are as long as the largest.</summary>
public sealed class DenseBatch : IDisposable
{
    private readonly RowMap map;

    /// <summary>Places for the nodes of several graphs.</summary>
    /// <param name="device">Where the features are.</param>
    /// <param name="batch">The graph of each node.</param>
    /// <param name="graphs">The number of graphs.</param>
    /// <param name="nodes">Places per graph; nodes beyond them are dropped. Null for as many as the largest graph has.</param>
    /// <param name="fill">What stands where there is no node.</param>
    /// <exception cref="InvalidDataException">A graph's number is out of range.</exception>
    public DenseBatch(Device device, int[] batch, int graphs, int? nodes = null, float fill = 0f)
    {
        var groups = HostCsr.Groups(batch, graphs);
        (Graphs, Nodes) = (graphs, nodes ?? Enumerable.Range(0, graphs).Max(b => groups.RowStart[b + 1] - groups.RowStart[b]));
        Mask = [.. Places().Select(place => place >= 0)];
        int[] nodeAt = [.. Places().Where(place => place >= 0)];
        map = new RowMap(device, new HostCsr(Starts(), nodeAt, batch.Length), Aggregation.Sum, fill);

        IEnumerable<int> Places() => from b in Enumerable.Range(0, graphs)
                                     from k in Enumerable.Range(0, Nodes)
                                     select k < groups.RowStart[b + 1] - groups.RowStart[b] ? groups.Column[groups.RowStart[b] + k] : -1;
    }

    /// <summary>The number of graphs.</summary>
    public int Graphs { get; }

    /// <summary>Places per graph.</summary>
    public int Nodes { get; }

    /// <summary>Whether a node stands at [b, k], row-major.</summary>
    public IReadOnlyList<bool> Mask { get; }

    /// <summary>y[graphs, nodes, f].</summary>
    /// <param name="x">x[n, f].</param>
    public Var Apply(Var x) => map.Apply(x).Reshape(Graphs, Nodes, x.Shape[1]);

    private int[] Starts()
    {
        var start = new int[Mask.Count + 1];
        for (var place = 0; place < Mask.Count; place++) start[place + 1] = start[place] + (Mask[place] ? 1 : 0);
        return start;
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose() => map.Dispose();
}
