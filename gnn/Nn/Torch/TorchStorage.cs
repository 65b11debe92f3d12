using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Torch;

/// <summary>A run of numbers that tensors of a PyTorch file look at: which one, of what type, and which part.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">How each number is stored; null where the tensor says so itself.</param>
/// <param name="Count">Numbers in it, or bytes where <paramref name="Type"/> is null.</param>
/// <param name="First">Where this part of it begins, in numbers.</param>
internal sealed record TorchStorage(string Key, DType? Type, long Count, long First = 0)
{
    /// <summary>Bytes of one of <see cref="Count"/>.</summary>
    public int Unit => Type?.Size ?? 1;

    /// <summary>Reads the tuple by which a pickle names a storage: <c>('storage', type, key, location, count)</c>, in old files with a view behind.</summary>
    /// <remarks>The location, such as <c>cuda:7</c>, says where the numbers once were, and is of no interest.</remarks>
    /// <exception cref="InvalidDataException">It is no such tuple, or a size is negative or overflows.</exception>
    public static TorchStorage Parse(object? id, string place)
    {
        if (id is not object?[] { Length: >= 5 } parts) throw new InvalidDataException($"{place}: a storage is named by a tuple of at least 5 parts, found something else.");
        if (parts is not ["storage", PickleGlobal type, string key, string, long count, ..])
            throw new InvalidDataException($"{place}: a storage is ('storage', type, key, location, count); this is '{parts[0] as string ?? "something else"}'. Save the model's state_dict(), not the model.");
        var kind = TorchTypes.OfStorage(type.Name, place);
        if (count < 0 || count > long.MaxValue / 8) throw new InvalidDataException($"{place}: storage '{Shown(key)}' claims {count} numbers.");
        if (parts.Length < 6 || parts[5] is null) return new(key, kind, count);
        if (parts[5] is not (object?[] and [_, long first, long size]) || first < 0 || size < 0 || first > count - size)
            throw new InvalidDataException($"{place}: the view of storage '{Shown(key)}' does not lie within its {count} numbers.");
        return new(key, kind, count, first);
    }

    /// <summary>A name as it may stand in a message of one line.</summary>
    public static string Shown(string name)
    {
        var plain = string.Concat(name.Take(100).Select(letter => char.IsControl(letter) ? '?' : letter));
        return name.Length > 100 ? plain + "…" : plain;
    }
}

/// <summary>PyTorch's names of number types.</summary>
internal static class TorchTypes
{
    private static readonly Dictionary<string, DType> Storages = new()
    {
        ["DoubleStorage"] = DType.F64,
        ["FloatStorage"] = DType.F32,
        ["HalfStorage"] = DType.F16,
        ["BFloat16Storage"] = DType.BF16,
        ["LongStorage"] = DType.I64,
        ["IntStorage"] = DType.I32,
        ["ShortStorage"] = DType.I16,
        ["CharStorage"] = DType.I8,
        ["ByteStorage"] = DType.U8,
        ["BoolStorage"] = DType.BOOL,
    };

    private static readonly Dictionary<string, DType> Types = new()
    {
        ["float64"] = DType.F64,
        ["double"] = DType.F64,
        ["float32"] = DType.F32,
        ["float"] = DType.F32,
        ["float16"] = DType.F16,
        ["half"] = DType.F16,
        ["bfloat16"] = DType.BF16,
        ["int64"] = DType.I64,
        ["long"] = DType.I64,
        ["int32"] = DType.I32,
        ["int"] = DType.I32,
        ["int16"] = DType.I16,
        ["short"] = DType.I16,
        ["int8"] = DType.I8,
        ["uint8"] = DType.U8,
        ["bool"] = DType.BOOL,
    };

    /// <summary>Every global that names a type of numbers.</summary>
    public static IEnumerable<string> Globals =>
    [
        .. Storages.Keys.SelectMany(name => new[] { $"torch.{name}", $"torch.cuda.{name}" }),
        "torch.storage.UntypedStorage", "torch.UntypedStorage",
        .. Types.Keys.Select(name => $"torch.{name}"),
    ];

    /// <summary>The type of <c>torch.FloatStorage</c>; null for a storage of bytes.</summary>
    public static DType? OfStorage(string global, string place)
    {
        var name = global[(global.LastIndexOf('.') + 1)..];
        if (name == "UntypedStorage") return null;
        return Storages.TryGetValue(name, out var type) ? type : throw new InvalidDataException($"{place}: '{TorchStorage.Shown(global)}' is no storage that is read.");
    }

    /// <summary>The type of <c>torch.float32</c>.</summary>
    public static DType OfNumber(string global, string place) => global.StartsWith("torch.", StringComparison.Ordinal) && Types.TryGetValue(global["torch.".Length..], out var type)
        ? type
        : throw new InvalidDataException($"{place}: '{TorchStorage.Shown(global)}' is no type of numbers that is read.");
}
