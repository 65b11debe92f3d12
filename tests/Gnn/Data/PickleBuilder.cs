using System.Text;

namespace GraphTune.Tests;

/// <summary>Writes the pickles of a Planetoid set as Python 2 did (protocol 2), so that tests need no files.</summary>
internal static class PickleBuilder
{
    public static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    public static byte[] Pickle(string body) => Latin1($"\u0080\u0002{body}.");

    public static string Int(int value) => $"J{Raw(BitConverter.GetBytes(value))}";

    public static string Text(string value) => $"U{(char)value.Length}{value}";

    public static string Array(int[] shape, string dtype, byte[] data) =>
        "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u0085U\u0001b\u0087R"
        + $"(K\u0001({string.Concat(shape.Select(Int))}tcnumpy\ndtype\n{Text(dtype)}K\0K\u0001\u0087R(K\u0003U\u0001<NNNtb\u0089T{Raw(BitConverter.GetBytes(data.Length))}{Raw(data)}tb";

    public static string Array(int[] shape, params int[] values) => Array(shape, "i4", [.. values.SelectMany(BitConverter.GetBytes)]);

    public static string Csr(int rows, int columns, int[] indptr, int[] indices, float[] data) =>
        "cscipy.sparse.csr\ncsr_matrix\n)\u0081}("
        + Text("_shape") + Int(rows) + Int(columns) + "\u0086"
        + Text("indptr") + Array([indptr.Length], indptr)
        + Text("indices") + Array([indices.Length], indices)
        + Text("data") + Array([data.Length], "f4", [.. data.SelectMany(BitConverter.GetBytes)])
        + "ub";

    /// <summary>One entry a row: row r holds <c>r + 1</c> at column <c>r % columns</c>.</summary>
    public static string Diagonal(int rows, int columns) => Csr(
        rows, columns, [.. Enumerable.Range(0, rows + 1)], [.. Enumerable.Range(0, rows).Select(r => r % columns)], [.. Enumerable.Range(0, rows).Select(r => r + 1f)]);

    /// <summary>Row r is of class <c>r % classes</c>.</summary>
    public static string OneHot(int rows, int classes) =>
        Array([rows, classes], [.. Enumerable.Range(0, rows * classes).Select(i => i / classes % classes == i % classes ? 1 : 0)]);

    public static string Graph(params int[][] neighbours) =>
        "ccollections\ndefaultdict\nc__builtin__\nlist\n\u0085R("
        + string.Concat(neighbours.Select((list, node) => $"{Int(node)}]({string.Concat(list.Select(Int))}e"))
        + "u";

    /// <summary>A set of 510 training and validation nodes, 6 test nodes and one that no file mentions (node 513), linked in a ring that skips it.</summary>
    public static string WritePlanetoid(string folder, string name, int allRows = 510)
    {
        const int Nodes = 517, Lost = 513;
        int Next(int node, int step) => (node + step + Nodes) % Nodes == Lost ? Next(node, step + Math.Sign(step)) : (node + step + Nodes) % Nodes;
        var ring = Enumerable.Range(0, Nodes).Select(node => node == Lost ? [] : new[] { Next(node, 1), Next(node, -1), Next(node, 1) }).ToArray();
        ring[4] = [.. ring[4], 4];
        void Write(string part, byte[] bytes) => File.WriteAllBytes(Path.Combine(folder, $"ind.{name}.{part}"), bytes);
        Write("x", Pickle(Diagonal(10, 7)));
        Write("allx", Pickle(Diagonal(allRows, 7)));
        Write("tx", Pickle(Diagonal(6, 7)));
        Write("y", Pickle(OneHot(10, 3)));
        Write("ally", Pickle(OneHot(allRows, 3)));
        Write("ty", Pickle(OneHot(6, 3)));
        Write("graph", Pickle(Graph(ring)));
        Write("test.index", Latin1("511\n510\n512\n516\n515\n514\n"));
        return folder;
    }

    private static string Raw(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
