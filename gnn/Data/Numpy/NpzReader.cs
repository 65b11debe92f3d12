using System.IO.Compression;

namespace GraphTune.Gnn.Data;

/// <summary>Reads numpy's <c>.npz</c>: a zip file of <c>.npy</c> arrays. An array is read when it is asked for, so one that cannot be read harms nobody else.</summary>
public sealed class NpzReader : IDisposable
{
    private readonly string path;
    private readonly ZipArchive zip;
    private readonly Dictionary<string, ZipArchiveEntry> entries = [];

    /// <summary>Opens a file and lists what is in it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is no zip file, is truncated, or names an array twice.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public NpzReader(string path)
    {
        this.path = path;
        zip = ZipContent.Open(File.OpenRead(path), path, ".npz file");
        foreach (var entry in zip.Entries)
        {
            var name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;
            if (entries.TryAdd(name, entry)) continue;
            zip.Dispose();
            throw new InvalidDataException($"{path}: array '{name}' occurs twice.");
        }
    }

    /// <summary>Names of the arrays, in the file's order.</summary>
    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>Whether there is an array of this name.</summary>
    /// <param name="name">Such as <c>adj_data</c>.</param>
    public bool Has(string name) => entries.ContainsKey(name);

    /// <summary>Reads an array.</summary>
    /// <param name="name">Such as <c>adj_data</c>.</param>
    /// <exception cref="InvalidDataException">There is none, its bytes are damaged, or it is no plain array.</exception>
    public NumpyArray Read(string name)
    {
        if (!entries.TryGetValue(name, out var entry)) throw new InvalidDataException($"{path}: no array '{name}'; found {string.Join(", ", Names.Take(20))}.");
        var place = $"{path}: {name}";
        return NpyReader.Read(ZipContent.Read(entry, place), place);
    }

    /// <inheritdoc/>
    public void Dispose() => zip.Dispose();
}
