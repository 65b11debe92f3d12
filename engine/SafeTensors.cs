using System.Buffers.Binary;

namespace GraphTune.Engine;

/// <summary>Named tensors in a <c>.safetensors</c> file: 8 bytes of header length, a JSON header, and the raw little-endian numbers.</summary>
/// <remarks>
/// <para>Reading trusts nothing: lengths, offsets, shapes and types are checked against the file before memory is taken.</para>
/// <para>Writing is deterministic: tensors in the given order, metadata sorted by key (in the file's order
/// where it was read), the header padded with spaces to 8 bytes.
/// The format allows no holes, so a tensor of wide numbers behind an odd number of bytes is not aligned; put wide types first.</para>
/// <para>Format: github.com/huggingface/safetensors.</para>
/// </remarks>
public sealed class SafeTensors
{
    private readonly Dictionary<string, HostTensor> byName = [];

    /// <summary>Collects tensors.</summary>
    /// <param name="tensors">The tensors; this order is the file's.</param>
    /// <param name="metadata">Free text by key; none where null.</param>
    /// <exception cref="ArgumentException">Two tensors share a name, or one is named <c>__metadata__</c>.</exception>
    public SafeTensors(IEnumerable<HostTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
        : this([.. tensors], new OrderedDictionary<string, string>((metadata ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal)))
    {
    }

    private SafeTensors(HostTensor[] tensors, OrderedDictionary<string, string> metadata)
    {
        (Tensors, Metadata) = (tensors, metadata);
        foreach (var tensor in Tensors)
        {
            if (tensor.Name == SafeTensorsHeader.MetadataKey) throw new ArgumentException($"A tensor may not be named '{tensor.Name}': the format keeps that name.");
            if (!byName.TryAdd(tensor.Name, tensor)) throw new ArgumentException($"Two tensors are named '{tensor.Name}'; names must differ.");
        }
    }

    /// <summary>The tensors, in the order of the header.</summary>
    public IReadOnlyList<HostTensor> Tensors { get; }

    /// <summary>Free text by key, in the order of the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of this name.</summary>
    /// <param name="name">Such as <c>conv1.weight</c>.</param>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public HostTensor this[string name] => Find(name) ?? throw new InvalidDataException($"There is no tensor '{name}' among {Tensors.Count}: {string.Join(", ", byName.Keys.Take(10))}{(Tensors.Count > 10 ? ", …" : "")}.");

    /// <summary>The tensor of this name, or null.</summary>
    /// <param name="name">Such as <c>conv1.weight</c>.</param>
    public HostTensor? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>All its tensors, copied to the host.</returns>
    /// <exception cref="InvalidDataException">The file breaks the format: which tensor, what was expected, what was found.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static SafeTensors Read(string path)
    {
        using var file = File.OpenRead(path);
        var prefix = new byte[SafeTensorsHeader.PrefixBytes];
        if (file.Length < prefix.Length) throw new InvalidDataException($"{path}: {file.Length} bytes, too short for a safetensors file; at least {prefix.Length} are needed.");
        file.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var left = (ulong)(file.Length - prefix.Length);
        if (length > SafeTensorsHeader.LongestHeader) throw new InvalidDataException($"{path}: a header of {length} bytes; at most {SafeTensorsHeader.LongestHeader} are read. Is it a safetensors file?");
        if (length > left) throw new InvalidDataException($"{path}: a header of {length} bytes, but only {left} follow; the file is truncated.");
        var text = new byte[length];
        file.ReadExactly(text);
        var header = SafeTensorsHeader.Parse(text, (long)(left - length), path);
        var start = file.Position;
        return new(header.Entries.Select(entry => entry.Read(file, start, path)).ToArray(), header.Metadata);
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="IOException">The folder is missing, the disk is full, or the file may not be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        stream.Write(SafeTensorsHeader.Bytes(Tensors, Metadata));
        foreach (var tensor in Tensors) stream.Write(tensor.Data.Span);
    });
}
