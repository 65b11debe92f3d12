using System.Text.Json;

namespace GraphTune.Engine;

/// <summary>One tensor as the header of a safetensors file announces it.</summary>
internal sealed record SafeTensorsEntry(string Name, DType Type, long[] Shape, long Begin, long End)
{
    public static SafeTensorsEntry Parse(JsonProperty property, long dataBytes, string path)
    {
        var place = $"{path}: tensor '{Shown(property.Name)}'";
        if (property.Value.ValueKind != JsonValueKind.Object) throw new InvalidDataException($"{place}: an object is expected, found a JSON {property.Value.ValueKind}.");
        var type = Field(property.Value, "dtype", JsonValueKind.String, place).GetString()!;
        if (!Enum.TryParse<DType>(type, out var known) || known.ToString() != type)
            throw new InvalidDataException($"{place}: type '{Shown(type)}' is not read; {string.Join(", ", Enum.GetNames<DType>())} are.");
        var shape = Whole(Field(property.Value, "shape", JsonValueKind.Array, place), "shape", place);
        var offsets = Whole(Field(property.Value, "data_offsets", JsonValueKind.Array, place), "data_offsets", place);
        if (offsets is not [var begin, var end]) throw new InvalidDataException($"{place}: data_offsets are two numbers, found {offsets.Length}.");
        if (begin > end || end > dataBytes) throw new InvalidDataException($"{place}: data_offsets [{begin}, {end}] leave the {dataBytes} bytes that follow the header.");
        if (HostTensor.CountOf(shape) is not { } count || count > long.MaxValue / known.Size || count * known.Size != end - begin)
            throw new InvalidDataException($"{place}: {type} {HostTensor.ShapeText(shape)} needs {Needs(shape, known)} bytes, but data_offsets [{begin}, {end}] hold {end - begin}.");
        return new(property.Name, known, shape, begin, end);
    }

    public HostTensor Read(Stream file, long start, string path)
    {
        if (End - Begin > Array.MaxLength) throw new InvalidDataException($"{path}: tensor '{Shown(Name)}' has {End - Begin} bytes; at most {Array.MaxLength} fit one array.");
        var data = new byte[End - Begin];
        file.Position = start + Begin;
        file.ReadExactly(data);
        return new(Name, Type, Shape, data);
    }

    /// <summary>A name as it may stand in a message of one line.</summary>
    public static string Shown(string name)
    {
        var plain = string.Concat(name.Take(100).Select(letter => char.IsControl(letter) ? '?' : letter));
        return name.Length > 100 ? plain + "…" : plain;
    }

    private static string Needs(long[] shape, DType type)
    {
        var product = shape.Aggregate((double)type.Size, (sum, axis) => sum * axis);
        return product < 1e15 ? $"{(long)product}" : "far too many";
    }

    private static JsonElement Field(JsonElement entry, string name, JsonValueKind kind, string place)
    {
        if (!entry.TryGetProperty(name, out var value)) throw new InvalidDataException($"{place}: {name} is missing.");
        return value.ValueKind == kind ? value : throw new InvalidDataException($"{place}: {name} is a JSON {value.ValueKind}, not {kind}.");
    }

    private static long[] Whole(JsonElement array, string field, string place) => [.. array.EnumerateArray().Select(item =>
        item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var number) && number >= 0
            ? number
            : throw new InvalidDataException($"{place}: {field} holds '{Shown(item.GetRawText())}'; whole numbers from 0 are expected."))];
}
