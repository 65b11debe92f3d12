using System.Text.Json;
using System.Text.Json.Serialization;

namespace GraphTune.Gnn;

/// <summary>How options records are written to checkpoints.</summary>
internal static class OptionsJson
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static string Write<T>(T options) => JsonSerializer.Serialize(options, Form);

    public static T Read<T>(string json, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Form) ?? throw new InvalidDataException($"{what}: an object is expected, found null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{what}: {e.Message}", e);
        }
    }
}
