using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>Which tensors of a checkpoint go where.</summary>
public sealed record LoadOptions
{
    /// <summary>Only parameters and buffers of the model whose path matches this glob are filled.</summary>
    public string Glob { get; init; } = "*";

    /// <summary>Only tensors of the file whose name starts with this are taken.</summary>
    public string FilePrefix { get; init; } = "";

    /// <summary>What stands in the model's paths where the file has <see cref="FilePrefix"/>: <c>""</c> to <c>"encoder."</c> puts a bare encoder into a classifier.</summary>
    public string ModelPrefix { get; init; } = "";

    /// <summary>Whether every wanted tensor must be there with its shape, and no other be left over.</summary>
    public bool Strict { get; init; } = true;

    internal bool Wants(string path) => Module.Pattern(Glob).IsMatch(path);

    internal Dictionary<string, HostTensor> Offered(SafeTensors file) => file.Tensors
        .Where(t => t.Name.StartsWith(FilePrefix, StringComparison.Ordinal))
        .ToDictionary(t => ModelPrefix + t.Name[FilePrefix.Length..]);
}
