using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GraphTune.Engine;

/// <summary>The JSON header of a safetensors file: what it says, checked against how many bytes follow it.</summary>
internal sealed record SafeTensorsHeader(IReadOnlyList<SafeTensorsEntry> Entries, OrderedDictionary<string, string> Metadata)
{
    public const string MetadataKey = "__metadata__";
    public const int PrefixBytes = 8;
    public const int LongestHeader = 100_000_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">The JSON text.</param>
    /// <param name="dataBytes">How many bytes follow it.</param>
    /// <param name="path">The file, for messages.</param>
    public static SafeTensorsHeader Parse(byte[] bytes, long dataBytes, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(StrictUtf8.GetString(bytes), new JsonDocumentOptions { MaxDepth = 8 });
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new InvalidDataException($"{path}: the header is a JSON {json.RootElement.ValueKind}, not an object.");
            var entries = new List<SafeTensorsEntry>();
            var metadata = new OrderedDictionary<string, string>();
            var names = new HashSet<string>();
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (!names.Add(property.Name)) throw new InvalidDataException($"{path}: tensor '{SafeTensorsEntry.Shown(property.Name)}' occurs twice in the header.");
                if (property.Name == MetadataKey) ReadMetadata(property.Value, metadata, path);
                else entries.Add(SafeTensorsEntry.Parse(property, dataBytes, path));
            }
            CheckLayout(entries, dataBytes, path);
            return new(entries, metadata);
        }
        catch (Exception error) when (error is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: the header is not JSON in UTF-8: {error.Message}", error);
        }
    }

    /// <summary>The length prefix and the header, padded so that the numbers start at a multiple of 8 bytes.</summary>
    public static byte[] Bytes(IReadOnlyList<HostTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }
            var begin = 0L;
            foreach (var tensor in tensors) begin = WriteEntry(json, tensor, begin);
            json.WriteEndObject();
        }
        var padded = new byte[PrefixBytes + (text.WrittenCount + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(padded, padded.Length - PrefixBytes);
        text.WrittenSpan.CopyTo(padded.AsSpan(PrefixBytes));
        return padded;
    }

    private static long WriteEntry(Utf8JsonWriter json, HostTensor tensor, long begin)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.ToString());
        json.WriteStartArray("shape");
        foreach (var axis in tensor.Shape) json.WriteNumberValue(axis);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + tensor.Data.Length);
        json.WriteEndArray();
        json.WriteEndObject();
        return begin + tensor.Data.Length;
    }

    private static void ReadMetadata(JsonElement value, OrderedDictionary<string, string> metadata, string path)
    {
        if (value.ValueKind != JsonValueKind.Object) throw new InvalidDataException($"{path}: {MetadataKey} is a JSON {value.ValueKind}, not an object of texts.");
        foreach (var pair in value.EnumerateObject())
        {
            var text = pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : throw new InvalidDataException($"{path}: {MetadataKey} '{SafeTensorsEntry.Shown(pair.Name)}' is a JSON {pair.Value.ValueKind}, not text.");
            if (!metadata.TryAdd(pair.Name, text)) throw new InvalidDataException($"{path}: {MetadataKey} '{SafeTensorsEntry.Shown(pair.Name)}' occurs twice.");
        }
    }

    // The format wants every byte to belong to exactly one tensor, so that no second content can hide in a file.
    private static void CheckLayout(List<SafeTensorsEntry> entries, long dataBytes, string path)
    {
        var end = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != end) throw new InvalidDataException($"{path}: tensor '{SafeTensorsEntry.Shown(entry.Name)}' starts at byte {entry.Begin}, but the one before ends at {end}; tensors must neither overlap nor leave holes.");
            end = entry.End;
        }
        if (end != dataBytes) throw new InvalidDataException($"{path}: the tensors end at byte {end}, but {dataBytes} bytes follow the header.");
    }
}
