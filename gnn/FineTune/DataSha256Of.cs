using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.FineTune;

/// <summary>Names data sets by their content: what two hold alike to the last bit has one name.</summary>
internal static class DataSha256Of
{
    public static string Nodes(NodeDataset data) => Of(hash =>
    {
        Add(hash, data.Edges.Source);
        Add(hash, data.Edges.Target);
        Add(hash, data.Features);
        Add(hash, data.Labels);
        Add(hash, data.Splits);
        Add(hash, [data.Classes]);
        Add(hash, data.Metric);
    });

    public static string Graphs(GraphDataset data) => Of(hash =>
    {
        foreach (var part in new[] { data.NodeStart, data.EdgeStart, data.Source, data.Target, data.NodeCodes?.Values ?? [], data.EdgeCodes?.Values ?? [] }) Add(hash, part);
        Add(hash, data.NodeFeatures);
        Add(hash, data.EdgeFeatures);
        Add(hash, MemoryMarshal.AsBytes<float>(data.Labels));
        Add(hash, data.Splits);
        Add(hash, [data.Classes, (int)data.Task]);
        Add(hash, data.Metric);
    });

    /// <summary>SHA-256 of a text, in hexadecimal digits.</summary>
    public static string Text(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Of(Action<IncrementalHash> add)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        add(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Each part says its length first, so that no two data sets run together into the same bytes.
    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        hash.AppendData(BitConverter.GetBytes((long)part.Length));
        hash.AppendData(part);
    }

    private static void Add(IncrementalHash hash, int[] part) => Add(hash, MemoryMarshal.AsBytes<int>(part));

    private static void Add(IncrementalHash hash, string part) => Add(hash, Encoding.UTF8.GetBytes(part));

    private static void Add(IncrementalHash hash, FeatureMatrix? x)
    {
        Add(hash, [x?.Columns ?? 0, x?.Sparse is null ? 0 : 1]);
        if (x is null) return;
        Add(hash, MemoryMarshal.AsBytes<float>(x.Values));
        Add(hash, x.Sparse?.RowStart ?? []);
        Add(hash, x.Sparse?.Column ?? []);
    }

    private static void Add(IncrementalHash hash, IReadOnlyList<Split> splits)
    {
        foreach (var split in splits)
        {
            Add(hash, split.Train);
            Add(hash, split.Validation);
            Add(hash, split.Test.Sha256());
        }
    }
}
