namespace GraphTune.Gnn.Data;

/// <summary>A text that is no molecule: what is wrong, and where.</summary>
/// <param name="text">The whole SMILES.</param>
/// <param name="column">Where in it, from 1; 0 where it is wrong as a whole.</param>
/// <param name="reason">What was found and what was expected.</param>
public sealed class SmilesException(string text, int column, string reason)
    : FormatException($"{(column > 0 ? $"column {column}: " : "")}{reason} in '{text}'.")
{
    /// <summary>The whole SMILES.</summary>
    public string Text { get; } = text;

    /// <summary>Where in it, from 1; 0 where it is wrong as a whole.</summary>
    public int Column { get; } = column;

    /// <summary>What was found and what was expected.</summary>
    public string Reason { get; } = reason;
}
