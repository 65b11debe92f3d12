using GraphTune.Gnn.Data;

namespace GraphTune.Gnn;

/// <summary>Collects parts of the graphs of a data set, some nodes each with the edges between them, as a data set without labels.</summary>
/// <remarks>Nodes and edges keep their order and attributes. Adding takes time linear in the graph; the result, in the parts.</remarks>
internal sealed class InducedSubgraphs(GraphDataset data)
{
    private readonly List<int> nodeStart = [0], edgeStart = [0], nodes = [], edges = [], source = [], target = [];

    /// <summary>Adds one part.</summary>
    /// <param name="graph">Of which graph.</param>
    /// <param name="keeps">Whether a node, counted within the graph, is in the part.</param>
    /// <returns>For each node of the graph its row among all parts so far, or −1.</returns>
    public int[] Add(int graph, Func<int, bool> keeps)
    {
        var (first, before) = (data.NodeStart[graph], nodes.Count);
        var row = new int[data.NodeStart[graph + 1] - first];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = keeps(i) ? nodes.Count : -1;
            if (row[i] >= 0) nodes.Add(first + i);
        }
        for (var k = data.EdgeStart[graph]; k < data.EdgeStart[graph + 1]; k++)
        {
            var (from, to) = (row[data.Source[k]], row[data.Target[k]]);
            if (from < 0 || to < 0) continue;
            edges.Add(k);
            source.Add(from - before);
            target.Add(to - before);
        }
        nodeStart.Add(nodes.Count);
        edgeStart.Add(edges.Count);
        return row;
    }

    /// <summary>The parts, in the order they were added.</summary>
    public GraphDataset ToDataset()
    {
        int[] nodeRows = [.. nodes], edgeRows = [.. edges];
        return data with
        {
            NodeStart = [.. nodeStart],
            EdgeStart = [.. edgeStart],
            Source = [.. source],
            Target = [.. target],
            NodeCodes = data.NodeCodes?.TakeRows(nodeRows),
            NodeFeatures = data.NodeFeatures?.TakeRows(nodeRows),
            EdgeCodes = data.EdgeCodes?.TakeRows(edgeRows),
            EdgeFeatures = data.EdgeFeatures?.TakeRows(edgeRows),
            Task = TaskKind.Regression,
            Tasks = [],
            Labels = [],
            Classes = 0,
            Splits = [],
            Ids = null,
        };
    }
}
