namespace GraphTune.Gnn.Data;

/// <summary>Splits molecules by their Bemis–Murcko scaffolds, so that the test asks for kinds of molecules that training has not shown.</summary>
/// <remarks>
/// The deterministic rule of Hu et al. (2020) and DeepChem: molecules of one scaffold, chirality included, stay together; the largest groups come first, of equal ones that with the
/// later first molecule; a group goes to training while it fits, else to validation while it fits, else to the test. Molecules without rings are one group.
/// </remarks>
public static class ScaffoldSplit
{
    /// <summary>Splits molecules.</summary>
    /// <param name="smiles">The molecules. A direction mark on a bond that the scaffold loses is lost, so two spellings of one molecule may differ in the scaffold's double bonds.</param>
    /// <param name="train">Share for training, 0 to 1.</param>
    /// <param name="validation">Share for validation; the rest tests.</param>
    /// <returns>Molecules as they stand in their groups, the groups in the order above.</returns>
    /// <exception cref="SmilesException">A SMILES cannot be read.</exception>
    public static Split Of(IReadOnlyList<string> smiles, double train = 0.8, double validation = 0.1) =>
        OfKeys([.. smiles.Select(text => Key(SmilesReader.Read(text)))], train, validation);

    /// <summary>A text that molecules with the same scaffold share. The molecule is cut down to it.</summary>
    internal static string Key(Molecule molecule)
    {
        Scaffold.Cut(molecule);
        return CanonicalForm.Of(molecule);
    }

    /// <summary>Splits by scaffolds that are known.</summary>
    internal static Split OfKeys(string[] keys, double train = 0.8, double validation = 0.1)
    {
        List<int> teach = [], choose = [], judge = [];
        var groups = Enumerable.Range(0, keys.Length).GroupBy(molecule => keys[molecule]).Select(group => group.ToArray())
            .OrderByDescending(group => group.Length).ThenByDescending(group => group[0]);
        foreach (var group in groups)
        {
            if (teach.Count + group.Length <= train * keys.Length) teach.AddRange(group);
            else if (teach.Count + choose.Count + group.Length <= (train + validation) * keys.Length) choose.AddRange(group);
            else judge.AddRange(group);
        }
        return new([.. teach], [.. choose], new([.. judge]));
    }
}
