using System.Globalization;

namespace GraphTune.Gnn.FineTune;

/// <summary>The decisions of a recipe so far; what is given goes before what would be chosen.</summary>
internal sealed class Settled(RecipeOverrides given)
{
    private readonly List<Decision> decisions = [];

    public IReadOnlyList<Decision> Decisions => decisions;

    /// <summary>Settles a number from <paramref name="least"/> to below <paramref name="below"/>.</summary>
    public double Number(string what, double chosen, string why, Evidence evidence, string source, double least, double below)
    {
        var isGiven = given.Number(what, least, below, out var value);
        if (!isGiven) value = chosen;
        Add(what, double.IsPositiveInfinity(value) ? "none" : value.ToString("G7", CultureInfo.InvariantCulture), isGiven, why, evidence, source);
        return value;
    }

    /// <summary>Settles one of some words.</summary>
    public string Word(string what, IReadOnlyList<string> words, string chosen, string why, Evidence evidence, string source)
    {
        var isGiven = given.Word(what, words, out var word);
        if (!isGiven) word = chosen;
        Add(what, word, isGiven, why, evidence, source);
        return word;
    }

    private void Add(string what, string value, bool isGiven, string why, Evidence evidence, string source) =>
        decisions.Add(isGiven ? new(what, value, "given", Evidence.None, "") : new(what, value, why, evidence, source));
}
