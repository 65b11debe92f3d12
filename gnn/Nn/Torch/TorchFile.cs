using System.Collections.Frozen;
using System.Numerics;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Torch;

/// <summary>Reads the tensors of what <c>torch.save</c> wrote, of both formats: the zip file since PyTorch 1.6, and the stream of pickles before.</summary>
/// <remarks>
/// Nothing is executed: the pickle is read as data (<see cref="RestrictedPickle"/>), and any global that is not a tensor's part or a plain container
/// is refused. Sizes, offsets and strides are checked against the storage before a number is touched, and memory is bounded by the file:
/// tensors that share or repeat their storage may add up to sixteen times its size. Devices such as <c>cuda:7</c> are ignored.
/// </remarks>
public static class TorchFile
{
    private const int Widening = 16;
    private static readonly BigInteger Magic = new([0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]);

    private static readonly FrozenSet<string> Globals = PickleRules.Numpy.Globals.Concat(TorchTypes.Globals).Concat(
    [
        "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3",
        "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state", "torch._tensor._rebuild_from_type_v2",
        "torch.Tensor", "torch.nn.parameter.Parameter", "torch.nn.Parameter", "torch.Size", "torch.device", "argparse.Namespace",
    ]).ToFrozenSet();

    /// <summary>Whether a file starts as one of the two formats does: with a zip entry or with a pickle.</summary>
    /// <param name="start">The first bytes of the file, at least two where it has them.</param>
    public static bool Recognises(ReadOnlySpan<byte> start) => start is [(byte)'P', (byte)'K', ..] or [0x80, <= 5, ..];

    /// <summary>Reads a file.</summary>
    /// <param name="path">What <c>torch.save(model.state_dict(), path)</c> wrote; the state may lie below a key such as <c>model_state_dict</c>.</param>
    /// <returns>The tensors by name, in row-major order, and as metadata what plain values the file holds besides.</returns>
    /// <exception cref="InvalidDataException">The file is truncated or malformed, asks for code, or a tensor leaves its storage: what, where, expected, found.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static SafeTensors Read(string path)
    {
        Span<byte> start = stackalloc byte[2];
        using (var file = File.OpenRead(path)) start = start[..file.ReadAtLeast(start, 2, throwOnEndOfStream: false)];
        return start is [(byte)'P', (byte)'K'] ? FromZip(path) : FromStream(File.ReadAllBytes(path), path);
    }

    private static SafeTensors FromZip(string path)
    {
        using var zip = ZipContent.Open(File.OpenRead(path), path, "PyTorch file");
        var entries = zip.Entries.ToLookup(entry => entry.FullName);
        var pickles = zip.Entries.Where(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)).ToArray();
        if (pickles.Length != 1) throw new InvalidDataException($"{path}: a PyTorch file holds one data.pkl, this zip file {pickles.Length}; it holds {string.Join(", ", zip.Entries.Take(10).Select(e => TorchStorage.Shown(e.FullName)))}.");
        var folder = pickles[0].FullName[..^"data.pkl".Length];
        if (entries[$"{folder}byteorder"].FirstOrDefault() is { Length: < 16 } order && !ZipContent.Read(order, $"{path}: byteorder").AsSpan().SequenceEqual("little"u8))
            throw new InvalidDataException($"{path}: its byte order is not 'little'.");
        var pickle = new RestrictedPickle(ZipContent.Read(pickles[0], $"{path}: data.pkl"), $"{path}: data.pkl", Rules(id => TorchStorage.Parse(id, path)));
        var root = pickle.Load();
        return Collect(root, path, new FileInfo(path).Length, storage =>
        {
            var entry = entries[$"{folder}data/{storage.Key}"].FirstOrDefault() ?? throw new InvalidDataException($"{path}: storage '{TorchStorage.Shown(storage.Key)}' is missing; there is no entry data/{TorchStorage.Shown(storage.Key)}.");
            return ZipContent.Read(entry, $"{path}: storage '{TorchStorage.Shown(storage.Key)}'");
        });
    }

    private static SafeTensors FromStream(byte[] bytes, string path)
    {
        var storages = new Dictionary<string, TorchStorage>();
        var pickle = new RestrictedPickle(bytes, path, Rules(id =>
        {
            var storage = TorchStorage.Parse(id, path);
            if (storages.TryGetValue(storage.Key, out var known) && (known.Type, known.Count) != (storage.Type, storage.Count))
                throw new InvalidDataException($"{path}: storage '{TorchStorage.Shown(storage.Key)}' is claimed twice, with {known.Count} and {storage.Count} numbers.");
            return storages[storage.Key] = storage;
        }));
        if (pickle.Load() is not BigInteger magic || magic != Magic) throw new InvalidDataException($"{path}: a pickle, but not PyTorch's: its first value is not the magic number. Save with torch.save.");
        if (pickle.Load() is not 1001L) throw new InvalidDataException($"{path}: the protocol of the stream is not 1001.");
        if (pickle.Load() is not OrderedDictionary<object, object?> machine || machine.GetValueOrDefault("little_endian") is not true) throw new InvalidDataException($"{path}: it was not written by a little-endian machine.");
        var root = pickle.Load();
        if (pickle.Load() is not List<object?> keys) throw new InvalidDataException($"{path}: a list of storages is wanted behind the pickled object.");
        var content = Runs(bytes, pickle.Position, keys, storages, path);
        return Collect(root, path, bytes.Length, storage => content.TryGetValue(storage.Key, out var run) ? run : throw new InvalidDataException($"{path}: storage '{TorchStorage.Shown(storage.Key)}' is missing."));
    }

    // Behind the pickles lie the storages in the order of the list: a count of 8 bytes, then the numbers.
    private static Dictionary<string, ReadOnlyMemory<byte>> Runs(byte[] bytes, int at, List<object?> keys, Dictionary<string, TorchStorage> storages, string path)
    {
        var runs = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var item in keys)
        {
            if (item is not string key || !storages.TryGetValue(key, out var storage)) throw new InvalidDataException($"{path}: the list of storages names '{TorchStorage.Shown($"{item}")}', which no tensor uses.");
            if (bytes.Length - at < 8) throw new InvalidDataException($"{path}: truncated before storage '{TorchStorage.Shown(key)}'.");
            var (count, left) = (BitConverter.ToInt64(bytes, at), bytes.Length - at - 8);
            if (count != storage.Count) throw new InvalidDataException($"{path}: storage '{TorchStorage.Shown(key)}' has {count} numbers where {storage.Count} are announced.");
            if (count > left / storage.Unit) throw new InvalidDataException($"{path}: storage '{TorchStorage.Shown(key)}' needs {count * storage.Unit} bytes, {left} are left; the file is truncated.");
            if (!runs.TryAdd(key, bytes.AsMemory(at + 8, (int)count * storage.Unit))) throw new InvalidDataException($"{path}: storage '{TorchStorage.Shown(key)}' occurs twice.");
            at += 8 + (int)count * storage.Unit;
        }
        return at == bytes.Length ? runs : throw new InvalidDataException($"{path}: the storages end at byte {at}, but the file has {bytes.Length}.");
    }

    private static SafeTensors Collect(object? root, string path, long fileBytes, Func<TorchStorage, ReadOnlyMemory<byte>> open)
    {
        var (tensors, notes) = StateDict.Find(root, path);
        var wanted = tensors.Sum(t => (decimal)t.Value.Bytes);
        if (wanted > (decimal)Widening * fileBytes) throw new InvalidDataException($"{path}: tensors of {wanted} bytes out of a file of {fileBytes}; at most {Widening} times as many are read.");
        var content = new Dictionary<string, ReadOnlyMemory<byte>>();
        return new(tensors.Select(t =>
        {
            var storage = t.Value.Storage;
            if (!content.TryGetValue(storage.Key, out var bytes)) bytes = content[storage.Key] = open(storage);
            return bytes.Length == storage.Count * storage.Unit
                ? t.Value.Read(t.Name, bytes)
                : throw new InvalidDataException($"{path}: storage '{TorchStorage.Shown(storage.Key)}' of '{TorchStorage.Shown(t.Name)}' has {bytes.Length} bytes; {storage.Count} × {storage.Unit} are announced.");
        }), notes);
    }

    private static PickleRules Rules(Func<object?, object?> load) => new() { Globals = Globals, PersistentLoad = load };
}
