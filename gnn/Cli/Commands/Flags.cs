using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace GraphTune.Cli.Commands;

/// <summary>Makes options whose error messages say what was expected and what was found.</summary>
internal static class Flags
{
    /// <summary>A whole number in a range.</summary>
    public static Option<int> Whole(string name, string description, int least, int most, int standard) =>
        Number(name, description, $"a whole number from {least} to {most}", value => value >= least && value <= most, standard);

    /// <summary>A whole number in a range, or null where it is not given.</summary>
    public static Option<int?> OptionalWhole(string name, string description, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse<int>(result, name, $"a whole number from {least} to {most}", value => value >= least && value <= most),
    };

    /// <summary>The first of the numbers that name all that is random.</summary>
    public static Option<int> Seed() => Whole("--seed", "Names all that is random; the same seed gives the same bits.", 0, int.MaxValue, 0);

    /// <summary>A trained model's file.</summary>
    public static Option<string> Model() => new("--model") { Description = "A model that finetune --out wrote.", HelpName = "FILE", Required = true };

    /// <summary>A metric's name, or null for the data set's own.</summary>
    public static Option<string?> Metric()
    {
        string[] names = [.. Gnn.Metrics.Metric.Names];
        var option = OptionalText("--metric", $"What is measured: {string.Join(", ", names)}; without it, what published results on the data set report.", "NAME");
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var found] && !names.Contains(found.Value)) result.AddError($"--metric is one of {string.Join(", ", names)}, not '{found.Value}'.");
        });
        return option;
    }

    /// <summary>One of a few words.</summary>
    public static Option<string> Word(string name, string description, string standard, params string[] words)
    {
        var option = Text(name, $"{description}: {string.Join(", ", words)}.", "WORD", standard);
        option.Validators.Add(result =>
        {
            var found = result.Tokens.Count == 0 ? standard : result.Tokens[0].Value;
            if (!words.Contains(found)) result.AddError($"{name} is one of {string.Join(", ", words)}, not '{found}'.");
        });
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>Any text, with what stands where it is not given.</summary>
    public static Option<string> Text(string name, string description, string helpName, string standard) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => standard };

    /// <summary>Any text, or null where it is not given.</summary>
    public static Option<string?> OptionalText(string name, string description, string helpName) =>
        new(name) { Description = description, HelpName = helpName };

    private static Option<T> Number<T>(string name, string description, string expected, Func<T, bool> fits, T standard) where T : struct, INumber<T> => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => standard,
        CustomParser = result => Parse(result, name, expected, fits) ?? standard,
    };

    private static T? Parse<T>(ArgumentResult result, string name, string expected, Func<T, bool> fits) where T : struct, INumber<T>
    {
        var found = result.Tokens[0].Value;
        if (T.TryParse(found, CultureInfo.InvariantCulture, out var value) && fits(value)) return value;
        result.AddError($"{name} is {expected}, not '{found}'.");
        return null;
    }
}
