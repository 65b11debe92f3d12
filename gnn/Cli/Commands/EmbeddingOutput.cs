using System.Globalization;
using System.Text;
using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Models;

namespace GraphTune.Cli.Commands;

/// <summary>Embeddings as a file: safetensors with both, or a table of nodes and, beside it, one of graphs, as npy or CSV.</summary>
internal static class EmbeddingOutput
{
    private static readonly string[] Endings = [".safetensors", ".npy", ".csv"];

    /// <summary>Stops where the ending says no format.</summary>
    public static string Checked(string path) => Endings.Contains(Ending(path))
        ? path
        : throw new UsageException($"--out ends in {string.Join(", ", Endings)}, which says the format; '{path}' does not");

    /// <summary>Writes the files, each whole or not at all.</summary>
    /// <returns>Their names.</returns>
    public static string[] Write(string path, EmbeddedGraphs found, int[] batch)
    {
        int nodes = batch.Length, graphs = found.Graphs.Length / Math.Max(1, found.Width);
        if (Ending(path) == ".safetensors")
        {
            new SafeTensors(
            [
                HostTensor.Of("node_emb", [nodes, found.Width], found.Nodes),
                HostTensor.Of("graph_emb_mean", [graphs, found.Width], found.Graphs),
                HostTensor.Of("batch", [nodes], Array.ConvertAll(batch, g => (long)g)),
            ]).Write(path);
            return [path];
        }
        var beside = Path.ChangeExtension(path, $".graphs{Path.GetExtension(path)}");
        if (Ending(path) == ".npy")
        {
            AtomicFile.Write(path, NpyWriter.Bytes(nodes, found.Width, found.Nodes));
            AtomicFile.Write(beside, NpyWriter.Bytes(graphs, found.Width, found.Graphs));
        }
        else
        {
            AtomicFile.Write(path, Table("node,graph", nodes, found.Width, found.Nodes, node => $"{node},{batch[node]}"));
            AtomicFile.Write(beside, Table("graph", graphs, found.Width, found.Graphs, graph => $"{graph}"));
        }
        return [path, beside];
    }

    private static byte[] Table(string heads, int rows, int width, float[] values, Func<int, string> start)
    {
        var text = new StringBuilder(heads);
        for (var j = 0; j < width; j++) text.Append(CultureInfo.InvariantCulture, $",e{j}");
        text.Append('\n');
        for (var row = 0; row < rows; row++)
        {
            text.Append(start(row));
            for (var j = 0; j < width; j++) text.Append(CultureInfo.InvariantCulture, $",{values[row * width + j]:R}");
            text.Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Ending(string path) => Path.GetExtension(path).ToLowerInvariant();
}
