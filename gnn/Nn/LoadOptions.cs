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

    /// <summary>How the file's names become the model's, before <see cref="ModelPrefix"/> is put before them.</summary>
    public NameMap Map { get; init; } = NameMap.Identity;

    /// <summary>Whether every wanted tensor must be there with its shape, and no other be left over.</summary>
    public bool Strict { get; init; } = true;

    internal bool Wants(string path) => Module.Pattern(Glob).IsMatch(path);

    internal Dictionary<string, HostTensor> Offered(SafeTensors file)
    {
        var offered = new Dictionary<string, HostTensor>();
        foreach (var tensor in file.Tensors.Where(t => t.Name.StartsWith(FilePrefix, StringComparison.Ordinal)))
            if (Map.Apply(tensor.Name[FilePrefix.Length..]) is { } name && !offered.TryAdd(ModelPrefix + name, tensor))
                throw new InvalidDataException($"the name map gives '{ModelPrefix + name}' to two tensors, '{offered[ModelPrefix + name].Name}' and '{tensor.Name}'");
        return offered;
    }
}
