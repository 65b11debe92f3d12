namespace GraphTune.Gnn.Data;

/// <summary>Reads the one-file text format in which DGCNN (Zhang et al. 2018) and GIN (Xu et al. 2019) share TU data sets.</summary>
/// <remarks>
/// The first line is the number of graphs; then for each graph <c>nodes label</c>, and for each of its nodes
/// <c>tag degree neighbour neighbour … attribute attribute …</c>, neighbours counted from 0 within the graph. Node v's line gives the edges v → neighbour, in that order.
/// Tags become codes as they are, or less the smallest where one is negative; labels are numbered in rising order. Where all tags are equal there are no codes.
/// </remarks>
public static class DgcnnTextReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; its name without ending names the data set. Folds are looked for in <c>10fold_idx</c> beside it.</param>
    /// <exception cref="InvalidDataException">The file is truncated or malformed.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static GraphDataset Read(string path)
    {
        var text = new Body();
        using (var lines = new NumberLines(path)) text.Read(lines, path);
        var labels = TuLabels.OfClasses([.. text.Label], path, text.Label.Count);
        var least = Math.Min(0, text.Tag.Append(0).Min());
        return new GraphDataset
        {
            Name = Path.GetFileNameWithoutExtension(path),
            NodeStart = [.. text.NodeStart],
            EdgeStart = [.. text.EdgeStart],
            Source = [.. text.Source],
            Target = [.. text.Target],
            NodeCodes = text.Tag.Distinct().Count() > 1 ? new(text.Tag.Count, 1, [.. text.Tag.Select(tag => tag - least)]) : null,
            NodeFeatures = text.Attributes > 0 ? new(text.Tag.Count, text.Attributes, [.. text.Attribute]) : null,
            Task = labels.Kind,
            Tasks = labels.Tasks,
            Labels = labels.Values,
            Classes = labels.Classes,
            Splits = Folds.Beside(Path.GetDirectoryName(Path.GetFullPath(path))!),
            Metric = "accuracy",
            Provenance = "DGCNN text file: edges as given, labels numbered in rising order.",
        }.Checked(path);
    }

    private sealed class Body
    {
        public List<int> NodeStart { get; } = [0];
        public List<int> EdgeStart { get; } = [0];
        public List<int> Source { get; } = [];
        public List<int> Target { get; } = [];
        public List<int> Tag { get; } = [];
        public List<int> Label { get; } = [];
        public List<float> Attribute { get; } = [];
        public int Attributes { get; private set; }

        public void Read(NumberLines lines, string path)
        {
            if (!lines.Next()) throw new InvalidDataException($"{path}: the file is empty; the number of graphs is wanted.");
            var graphs = lines.Whole("the number of graphs", least: 1);
            lines.End("number of graphs");
            for (var g = 0; g < graphs; g++)
            {
                if (!lines.Next()) throw lines.Bad($"the file ends after {g} of {graphs} graphs");
                var nodes = lines.Whole("the number of nodes", least: 0);
                Label.Add(lines.Whole("the graph's label"));
                lines.End("number of nodes and label");
                for (var node = 0; node < nodes; node++) Node(lines, g, node, nodes);
                NodeStart.Add(Tag.Count);
                EdgeStart.Add(Source.Count);
            }
            if (lines.Next()) throw lines.Bad($"the file goes on after {graphs} graphs");
        }

        private void Node(NumberLines lines, int graph, int node, int nodes)
        {
            if (!lines.Next()) throw lines.Bad($"the file ends within graph {graph}, after {node} of {nodes} nodes");
            Tag.Add(lines.Whole("the node's tag"));
            var degree = lines.Whole("the number of neighbours", least: 0);
            for (var k = 0; k < degree; k++)
            {
                var neighbour = lines.Whole("the neighbour", least: 0);
                if (neighbour >= nodes) throw lines.Bad($"neighbour {neighbour} is out of range; the nodes of graph {graph} run from 0 to {nodes - 1}");
                Source.Add(node);
                Target.Add(neighbour);
            }
            var first = Attribute.Count;
            while (lines.More) Attribute.Add(lines.Number("the attribute"));
            if (Tag.Count == 1) Attributes = Attribute.Count;
            if (Attribute.Count - first != Attributes) throw lines.Bad($"{Attribute.Count - first} attributes, but the first node has {Attributes}");
        }
    }
}
