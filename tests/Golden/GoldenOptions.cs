using System.Globalization;
using System.Text.Json;

namespace GraphTune.Tests;

/// <summary>The options of a golden case by name. It remembers which were asked for, so that none is ignored in silence.</summary>
/// <remarks>A JSON null counts as given: it is asked for by name and gives the default, as None does in PyTorch.</remarks>
internal sealed class GoldenOptions
{
    private readonly Dictionary<string, JsonElement> given;
    private readonly HashSet<string> asked = [];
    private readonly List<GoldenOptions> inner = [];

    public GoldenOptions(string json) : this(JsonElement.Parse(json))
    {
    }

    private GoldenOptions(JsonElement json) => given = json.EnumerateObject().ToDictionary(option => option.Name, option => option.Value);

    /// <summary>Options that no one asked for.</summary>
    public IEnumerable<string> Unknown => given.Keys.Where(name => !asked.Contains(name)).Concat(inner.SelectMany(options => options.Unknown));

    /// <summary>Whether the option is there, null or not.</summary>
    public bool Gives(string name) => given.ContainsKey(name);

    /// <summary>Whether the option is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    public int Int(string name, int otherwise) => Find(name)?.GetInt32() ?? otherwise;

    public int Int(string name) => Wanted(name).GetInt32();

    public double Double(string name, double otherwise) => Find(name) is { } value ? Number(value) : otherwise;

    public double Double(string name) => Number(Wanted(name));

    public bool Bool(string name, bool otherwise) => Find(name)?.GetBoolean() ?? otherwise;

    public string Text(string name, string otherwise) => Find(name)?.GetString() ?? otherwise;

    public string Text(string name) => Wanted(name).GetString()!;

    /// <summary>A list of numbers; one number is a list of one.</summary>
    public double[] Doubles(string name) => [.. List(name).Select(Number)];

    public int[] Ints(string name) => [.. List(name).Select(item => item.GetInt32())];

    public string[] Texts(string name) => [.. List(name).Select(item => item.GetString()!)];

    /// <summary>A list of objects, each with options of its own, whose unknown names are this case's.</summary>
    public GoldenOptions[] Objects(string name)
    {
        GoldenOptions[] objects = [.. List(name).Select(item => new GoldenOptions(item))];
        inner.AddRange(objects);
        return objects;
    }

    /// <summary>The value as it stands, for options whose form varies; null where it is absent or null.</summary>
    public JsonElement? Find(string name)
    {
        asked.Add(name);
        return given.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private JsonElement Wanted(string name) => Find(name) ?? throw new InvalidDataException($"option '{name}' is missing");

    private IEnumerable<JsonElement> List(string name) => Wanted(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [Wanted(name)];

    // JSON has no infinity, so files write "inf".
    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : value.GetString() is "inf" ? double.PositiveInfinity
        : double.Parse(value.GetString()!, CultureInfo.InvariantCulture);
}
