using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn;

/// <summary>All graphs of a data set as one graph in parts, sorted once in both directions, so that a batch is copied together and never sorted.</summary>
/// <remarks>Edge codes and features lie in the canonical order. Memory: 20 bytes an edge and 8 a node, besides the data; building takes linear time.</remarks>
internal sealed class SortedGraphs
{
    /// <summary>Sorts a data set.</summary>
    /// <param name="data">The graphs; <see cref="GraphDataset.Checked"/>.</param>
    /// <param name="host">The device whose host threads sort.</param>
    public SortedGraphs(GraphDataset data, Device host)
    {
        Data = data;
        int[] source = Global(data.Source), target = Global(data.Target);
        In = HostCsr.From(data.Nodes, data.Nodes, target, source, host);
        Out = (In with { Edge = null }).Transposed(host);
        EdgeCodes = data.EdgeCodes is { } codes ? Ordered(codes.Values, codes.Columns) : null;
        EdgeFeatures = data.EdgeFeatures is { } features ? Ordered(features.Dense!, features.Columns) : null;
    }

    /// <summary>The data set.</summary>
    public GraphDataset Data { get; }

    /// <summary>Row i lists the sources of the edges into node i, nodes counted over all graphs.</summary>
    public HostCsr In { get; }

    /// <summary>The transpose of <see cref="In"/>.</summary>
    public HostCsr Out { get; }

    /// <summary>code[e,k] in canonical order, or null.</summary>
    public int[]? EdgeCodes { get; }

    /// <summary>a[e,f] in canonical order, or null.</summary>
    public float[]? EdgeFeatures { get; }

    private int[] Global(int[] ends)
    {
        var all = new int[ends.Length];
        for (var g = 0; g < Data.Graphs; g++)
            for (var k = Data.EdgeStart[g]; k < Data.EdgeStart[g + 1]; k++) all[k] = ends[k] + Data.NodeStart[g];
        return all;
    }

    private T[] Ordered<T>(T[] rows, int width)
    {
        var sorted = new T[rows.Length];
        for (var e = 0; e < In.Entries; e++) rows.AsSpan(In.Edge![e] * width, width).CopyTo(sorted.AsSpan(e * width));
        return sorted;
    }
}
