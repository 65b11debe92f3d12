using System.IO.Compression;

namespace GraphTune.Gnn.Data;

/// <summary>Reads numpy's <c>.npz</c>: a zip file of <c>.npy</c> arrays. An array is read when it is asked for, so one that cannot be read harms nobody else.</summary>
public sealed class NpzReader : IDisposable
{
    // Deflate cannot shrink anything further than this, so a larger claim is a lie.
    private const long MostDeflate = 1032;

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
        var stream = File.OpenRead(path);
        try
        {
            zip = new ZipArchive(stream, ZipArchiveMode.Read);
            foreach (var entry in zip.Entries)
            {
                var name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;
                if (!entries.TryAdd(name, entry)) throw new InvalidDataException($"array '{name}' occurs twice");
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            stream.Dispose();
            throw new InvalidDataException($"{path}: not a whole .npz file: {error.Message.TrimEnd('.')}.", error);
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
        if (entry.Length > Array.MaxLength || entry.Length > MostDeflate * entry.CompressedLength + 64)
            throw new InvalidDataException($"{place}: {entry.Length} bytes are claimed from {entry.CompressedLength} compressed ones; that is more than can be read.");
        return NpyReader.Read(Inflate(entry, place), place);
    }

    /// <inheritdoc/>
    public void Dispose() => zip.Dispose();

    private static byte[] Inflate(ZipArchiveEntry entry, string place)
    {
        try
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            if (stream.ReadByte() >= 0) throw new InvalidDataException($"more than the {entry.Length} bytes announced");
            return Crc32.Of(bytes) == entry.Crc32 ? bytes : throw new InvalidDataException("the checksum (CRC-32) does not match");
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw new InvalidDataException($"{place}: the zip entry is damaged: {error.Message.TrimEnd('.')}.", error);
        }
    }
}
