using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>Graphs end to end without labels: edges, and codes or features of nodes and edges.</summary>
/// <param name="Edges">The edges, nodes counted over all graphs.</param>
/// <param name="Nodes">x[n,k]: a node's codes or features.</param>
/// <param name="Bonds">a[e,k]: an edge's codes or features, or null.</param>
/// <param name="Batch">The graph of each node.</param>
/// <param name="Graphs">The number of graphs.</param>
/// <param name="Place">Where it came from, for messages.</param>
public sealed record PlainGraph(EdgeList Edges, HostTensor Nodes, HostTensor? Bonds, int[] Batch, int Graphs, string Place)
{
    /// <summary>Reads a safetensors file with <c>x</c>[n,k], <c>edge_index</c>[2,e] and, if there, <c>edge_attr</c>[e,k] and <c>batch</c>[n].</summary>
    /// <param name="path">The file; its other tensors are of no interest.</param>
    /// <exception cref="InvalidDataException">A tensor is missing, has another shape, or an id is out of range.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static PlainGraph Read(string path)
    {
        var file = CheckpointFile.Read(path);
        HostTensor Needed(string name) => file.Find(name) ?? throw new InvalidDataException($"{path}: there is no tensor '{name}'; a plain graph file holds x, edge_index, and if wanted edge_attr and batch");
        var x = Rows(Needed("x"), path);
        var nodes = (int)x.Shape[0];
        var ends = Needed("edge_index");
        if (ends.Shape is not [2, var count]) throw new InvalidDataException($"{path}: edge_index is {HostTensor.ShapeText(ends.Shape)}, where [2, edges] is needed");
        var ids = InRange(ends, nodes, path);
        var bonds = file.Find("edge_attr") is { } given ? Rows(given, path) : null;
        if (bonds is not null && bonds.Shape[0] != count) throw new InvalidDataException($"{path}: edge_attr has {bonds.Shape[0]} rows for {count} edges");
        var batch = file.Find("batch") is { } groups ? InRange(groups, int.MaxValue - 1, path) : new int[nodes];
        if (batch.Length != nodes) throw new InvalidDataException($"{path}: batch has {batch.Length} numbers for {nodes} nodes");
        var graphs = batch.Length == 0 ? 0 : batch.Max() + 1;
        if (graphs > Math.Max(nodes, 1)) throw new InvalidDataException($"{path}: batch names graph {graphs - 1}, but there are {nodes} nodes; graphs are counted from 0 without gaps");
        return new(new EdgeList(nodes, ids[..(int)count], ids[(int)count..]), x, bonds, batch, graphs, path);
    }

    /// <summary>The graphs of a data set.</summary>
    public static PlainGraph From(GraphDataset data)
    {
        int[] source = new int[data.Edges], target = new int[data.Edges], batch = new int[data.Nodes];
        for (var g = 0; g < data.Graphs; g++)
        {
            for (var k = data.EdgeStart[g]; k < data.EdgeStart[g + 1]; k++) (source[k], target[k]) = (data.Source[k] + data.NodeStart[g], data.Target[k] + data.NodeStart[g]);
            batch.AsSpan(data.NodeStart[g], data.NodeStart[g + 1] - data.NodeStart[g]).Fill(g);
        }
        var x = Tensor("x", data.NodeCodes, data.NodeFeatures) ?? throw new InvalidDataException($"{data.Name}: nodes have neither codes nor features");
        return new(new EdgeList(data.Nodes, source, target), x, Tensor("edge_attr", data.EdgeCodes, data.EdgeFeatures), batch, data.Graphs, data.Name);
    }

    /// <summary>The one graph of a data set with labelled nodes.</summary>
    public static PlainGraph From(NodeDataset data) =>
        new(data.Edges, HostTensor.Of("x", [data.Nodes, data.Features.Columns], data.Features.ToDense()), null, new int[data.Nodes], 1, data.Name);

    /// <summary>The graphs in runs of about so many nodes, each numbered from 0: what is too large for one pass goes through in several.</summary>
    /// <param name="nodes">The fewest nodes of a run, the last one aside; graphs stay whole.</param>
    /// <returns>The runs in order; all graphs as one where they do not lie one after another.</returns>
    public IEnumerable<PlainGraph> Runs(int nodes)
    {
        if (Edges.Nodes <= nodes || !LieApart()) return [this];
        var ends = new List<int>();
        for (var end = nodes; end < Edges.Nodes; end += nodes)
        {
            while (end < Edges.Nodes && Batch[end] == Batch[end - 1]) end++;
            ends.Add(end);
        }
        if (ends[^1] < Edges.Nodes) ends.Add(Edges.Nodes);
        var edges = ends.Select(_ => new List<int>()).ToArray();
        for (var k = 0; k < Edges.Count; k++)
        {
            var run = ends.BinarySearch(Edges.Source[k] + 1);
            edges[run < 0 ? ~run : run].Add(k);
        }
        return ends.Select((end, run) => Part(run == 0 ? 0 : ends[run - 1], end, [.. edges[run]]));
    }

    private PlainGraph Part(int first, int end, int[] edges)
    {
        var list = new EdgeList(end - first, Array.ConvertAll(edges, k => Edges.Source[k] - first), Array.ConvertAll(edges, k => Edges.Target[k] - first));
        var graph = Batch[first];
        return new(list, Nodes.TakeRows([.. Enumerable.Range(first, end - first)]), Bonds?.TakeRows(edges), Array.ConvertAll(Batch[first..end], g => g - graph), Batch[end - 1] - graph + 1, Place);
    }

    private bool LieApart()
    {
        for (var i = 1; i < Batch.Length; i++)
            if (Batch[i] < Batch[i - 1]) return false;
        return Edges.Source.Zip(Edges.Target).All(edge => Batch[edge.First] == Batch[edge.Second]);
    }

    /// <summary>Two codes for each row, for a model of molecules.</summary>
    /// <param name="values">The nodes or the bonds.</param>
    /// <exception cref="InvalidDataException">There are not two columns of whole numbers from 0.</exception>
    public int[] Codes(HostTensor values)
    {
        if (values.Shape[1] != 2) throw new InvalidDataException($"{Place}: {values.Name} is {HostTensor.ShapeText(values.Shape)}; an encoder of molecules needs two codes a row (atomic number less one and chirality, or bond type and direction)");
        var codes = values.Type.IsInteger ? values.ToInts() : Array.ConvertAll(values.ToFloats(), v => v == MathF.Floor(v) && MathF.Abs(v) < 1 << 24 ? (int)v : throw new InvalidDataException($"{Place}: {values.Name} holds {v}; codes are whole numbers"));
        var negative = Array.FindIndex(codes, code => code < 0);
        return negative < 0 ? codes : throw new InvalidDataException($"{Place}: {values.Name} holds the code {codes[negative]} in row {negative / 2}; codes count from 0");
    }

    private static HostTensor? Tensor(string name, CodeTable? codes, FeatureMatrix? features) =>
        codes is not null ? HostTensor.Of(name, [codes.Rows, codes.Columns], codes.Values)
        : features is not null ? HostTensor.Of(name, [features.Rows, features.Columns], features.ToDense())
        : null;

    private static HostTensor Rows(HostTensor tensor, string path) => tensor.Shape.Length == 2 && tensor.Shape[0] <= int.MaxValue
        ? tensor
        : throw new InvalidDataException($"{path}: {tensor.Name} is {HostTensor.ShapeText(tensor.Shape)}, where rows are needed: [rows, columns]");

    private static int[] InRange(HostTensor tensor, int end, string path)
    {
        var ids = tensor.ToInts();
        var outside = Array.FindIndex(ids, id => id < 0 || id >= end);
        return outside < 0 ? ids : throw new InvalidDataException($"{path}: {tensor.Name} holds {ids[outside]} at position {outside}; 0 to {end - 1} is wanted");
    }
}
