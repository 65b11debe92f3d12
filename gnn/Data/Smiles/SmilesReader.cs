namespace GraphTune.Gnn.Data;

/// <summary>Reads SMILES into molecules with hydrogens, rings and aromaticity perceived.</summary>
internal static class SmilesReader
{
    private const int Longest = 20_000;

    /// <summary>Reads a SMILES.</summary>
    /// <exception cref="SmilesException">The text is not well formed or too long, rings are too entangled, an atom has too many bonds, or an aromatic ring has no place for its double bonds.</exception>
    public static Molecule Read(string text)
    {
        text = text.Trim();
        if (text.Length > Longest) throw new SmilesException($"{text[..40]}…", 0, $"{text.Length} characters; at most {Longest} are read");
        var molecule = SmilesParser.Parse(text);
        HydrogenRemoval.Run(molecule);
        Cleanup.Run(molecule);
        Valence.Assign(molecule, text);
        RingSearch.Run(molecule, text);
        Kekulization.Run(molecule, text);
        Valence.AssignRadicals(molecule);
        Aromaticity.Run(molecule);
        if (Stereo.IsMarked(molecule)) Stereo.Clean(molecule);
        return molecule;
    }
}
