using System.Globalization;

namespace GraphTune.Gnn.FineTune;

/// <summary>Choices that are made already: a recipe takes them as they are.</summary>
/// <param name="Values">The value of each, by <see cref="Names"/>.</param>
public sealed record RecipeOverrides(IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Nothing is given.</summary>
    public static RecipeOverrides None { get; } = new(new Dictionary<string, string>());

    /// <summary>What may be given.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["strategy", "freeze", "rate.encoder", "rate.head", "decay", "l2", "warm-up", "schedule", "epochs", "steps", "clip", "patience", "smoothing", "loss", "sampling", "calibration", "threshold"];

    /// <summary>Reads <c>rate.encoder=1e-4</c> and the like.</summary>
    /// <param name="settings">A name, an equals sign and a value each.</param>
    /// <exception cref="InvalidDataException">One has another form, no such name, or the name of one before.</exception>
    public static RecipeOverrides Parse(IEnumerable<string> settings)
    {
        var values = new Dictionary<string, string>();
        foreach (var setting in settings)
        {
            if (setting.Split('=', 2) is not [var name, { Length: > 0 } value]) throw new InvalidDataException($"'{setting}' sets nothing; a name and a value are expected, such as rate.encoder=1e-4");
            if (!Names.Contains(name)) throw new InvalidDataException($"'{setting}': a recipe settles no '{name}'; it settles {string.Join(", ", Names)}");
            if (!values.TryAdd(name, value)) throw new InvalidDataException($"'{setting}': {name} is set to '{values[name]}' before");
        }
        return new(values);
    }

    internal bool Number(string name, double least, double below, out double value)
    {
        value = 0;
        if (!Values.TryGetValue(name, out var text)) return false;
        return double.TryParse(text, CultureInfo.InvariantCulture, out value) && value >= least && value < below
            ? true
            : throw new InvalidDataException($"{name} is a number from {least} to below {below}, not '{text}'");
    }

    internal bool Word(string name, IReadOnlyList<string> words, out string word)
    {
        word = Values.GetValueOrDefault(name, "");
        if (word.Length == 0) return false;
        return words.Contains(word) ? true : throw new InvalidDataException($"{name} is one of {string.Join(", ", words)}, not '{word}'");
    }
}
