namespace GraphTune.Gnn.Data;

/// <summary>A row whose SMILES is no molecule that can be read.</summary>
/// <param name="Line">The line of the file, from 1.</param>
/// <param name="Column">Where in the SMILES, from 1; 0 where it is wrong as a whole.</param>
/// <param name="Text">The SMILES.</param>
/// <param name="Reason">What was found and what was expected.</param>
public sealed record SkippedSmiles(int Line, int Column, string Text, string Reason)
{
    /// <summary>All of it in one line.</summary>
    public override string ToString() => $"line {Line}, {(Column > 0 ? $"column {Column}: " : "")}{Reason} in '{Text}'";
}
