using System.Globalization;

namespace GraphTune.Gnn.Data;

/// <summary>Reads Cora, CiteSeer and PubMed from the eight original <c>ind.NAME.*</c> files of Yang, Cohen and Salakhutdinov (2016, arXiv:1603.08861).</summary>
/// <remarks>
/// <para>Node i is row i of <c>allx</c> up to its last row; the k-th number of <c>test.index</c> is the node of row k of <c>tx</c>.
/// A node in neither (15 in CiteSeer) has no features, keeps its (absent) edges, is unlabelled, and is in no split.</para>
/// <para>Edges: both directions of every pair in <c>graph</c>, each once, without self-loops, as PyG and DGL do
/// (Cora 5,278 undirected edges, CiteSeer 4,552).</para>
/// <para>The one public split: the rows of <c>x</c> train, the next 500 validate, <c>test.index</c> tests.</para>
/// <para>Features stay as stored (0 and 1, or TF-IDF); <see cref="FeatureMatrix.NormaliseRows"/> gives those of the papers.</para>
/// </remarks>
public static class PlanetoidReader
{
    private const int ValidationRows = 500;
    private static readonly string[] Parts = ["x", "tx", "allx", "y", "ty", "ally", "graph", "test.index"];

    /// <summary>The names of a set's eight files.</summary>
    /// <param name="name">The set's name in lower case, such as <c>cora</c>.</param>
    public static IReadOnlyList<string> FileNames(string name) => Array.ConvertAll(Parts, part => $"ind.{name}.{part}");

    /// <summary>Reads a set.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="name">The set's name in lower case, such as <c>cora</c>.</param>
    /// <returns>The data set with its public split.</returns>
    /// <exception cref="FileNotFoundException">One of the files is not there.</exception>
    /// <exception cref="InvalidDataException">A file is truncated, malformed or refused, or the files do not fit each other.</exception>
    public static NodeDataset Read(string folder, string name)
    {
        var missing = FileNames(name).FirstOrDefault(file => !File.Exists(Path.Combine(folder, file)));
        if (missing is not null) throw new FileNotFoundException($"Planetoid set '{name}': no file '{missing}' in '{folder}'; all of ind.{name}.{{{string.Join(',', Parts)}}} are needed.", missing);
        string At(string part) => Path.Combine(folder, $"ind.{name}.{part}");

        var (trainRows, _) = NumpyPickle.Csr(RestrictedPickle.ReadFile(At("x")), At("x"));
        var (all, columns) = NumpyPickle.Csr(RestrictedPickle.ReadFile(At("allx")), At("allx"));
        var (test, testColumns) = NumpyPickle.Csr(RestrictedPickle.ReadFile(At("tx")), At("tx"));
        if (testColumns != columns) throw new InvalidDataException($"{At("tx")}: {testColumns} columns, but allx has {columns}.");
        var train = Classes(At("y"), trainRows.Rows);
        var allClasses = Classes(At("ally"), all.Rows);
        var testClasses = Classes(At("ty"), test.Rows);
        var edges = Edges(At("graph"));
        var testNodes = TestNodes(At("test.index"), all.Rows, test.Rows, edges.Nodes);

        var rowOf = new int[edges.Nodes];
        var labels = new int[edges.Nodes];
        Array.Fill(rowOf, -1);
        Array.Fill(labels, -1);
        for (var node = 0; node < all.Rows; node++) (rowOf[node], labels[node]) = (node, allClasses.Label[node]);
        for (var k = 0; k < testNodes.Length; k++) (rowOf[testNodes[k]], labels[testNodes[k]]) = (all.Rows + k, testClasses.Label[k]);
        return new NodeDataset
        {
            Name = name,
            Edges = edges,
            Features = new(columns, Below(all, test).TakeRows(rowOf)),
            Labels = labels,
            Classes = allClasses.Count,
            Splits = [PublicSplit(train.Label.Length, all.Rows, testNodes, At("allx"))],
            Provenance = "Planetoid files of Yang, Cohen and Salakhutdinov (2016): public split; undirected, no self-loops.",
        }.Checked(Path.Combine(folder, $"ind.{name}"));
    }

    private static (int[] Label, int Count) Classes(string path, int rows)
    {
        var array = NumpyPickle.Array(RestrictedPickle.ReadFile(path), path);
        if (array.Shape is not [var found, var classes and > 0]) throw new InvalidDataException($"{path}: rows × classes are wanted, found {array.Shape.Length} axes.");
        if (found != rows) throw new InvalidDataException($"{path}: {found} rows of labels for {rows} rows of features.");
        var oneHot = array.ToInts();
        var label = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            var hot = Array.IndexOf(oneHot, 1, row * (int)classes, (int)classes);
            label[row] = hot < 0 ? -1 : hot - row * (int)classes;
        }
        return (label, (int)classes);
    }

    private static EdgeList Edges(string path)
    {
        if (RestrictedPickle.ReadFile(path) is not OrderedDictionary<object, object?> graph)
            throw new InvalidDataException($"{path}: a dictionary from node to neighbours is wanted.");
        List<int> source = [], target = [];
        foreach (var (key, value) in graph)
        {
            if (value is not List<object?> neighbours) throw new InvalidDataException($"{path}: node {key} has no list of neighbours.");
            var from = Node(key, graph.Count, path);
            foreach (var neighbour in neighbours)
            {
                source.Add(from);
                target.Add(Node(neighbour, graph.Count, path));
            }
        }
        return new EdgeList(graph.Count, [.. source], [.. target]).Undirected();
    }

    private static int Node(object? value, int nodes, string path)
    {
        var id = NumpyPickle.Whole(value, path);
        return id < nodes ? id : throw new InvalidDataException($"{path}: node {id} is out of range; the graph has {nodes} nodes.");
    }

    private static int[] TestNodes(string path, int first, int count, int nodes)
    {
        var lines = File.ReadAllLines(path);
        if (lines.Length != count) throw new InvalidDataException($"{path}: {lines.Length} lines for {count} rows of tx.");
        var rows = new int[count];
        for (var k = 0; k < count; k++)
        {
            if (!int.TryParse(lines[k], NumberStyles.None, CultureInfo.InvariantCulture, out rows[k]) || rows[k] < first || rows[k] >= nodes)
                throw new InvalidDataException($"{path}: line {k + 1} is '{lines[k]}'; a node from {first} to {nodes - 1} is wanted.");
        }
        return rows;
    }

    private static SparseRows Below(SparseRows upper, SparseRows lower) => new(
        [.. upper.RowStart, .. lower.RowStart.Skip(1).Select(start => start + upper.Count)],
        [.. upper.Column, .. lower.Column],
        [.. upper.Value, .. lower.Value]);

    private static Split PublicSplit(int train, int labelled, int[] test, string path)
    {
        if (train + ValidationRows > labelled) throw new InvalidDataException($"{path}: {labelled} rows hold no {train} training and {ValidationRows} validation rows.");
        return new([.. Enumerable.Range(0, train)], [.. Enumerable.Range(train, ValidationRows)], new(test));
    }
}
