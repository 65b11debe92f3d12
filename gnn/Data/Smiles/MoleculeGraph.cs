namespace GraphTune.Gnn.Data;

/// <summary>A molecule as a graph with the codes of Hu et al. (2020, arXiv:1905.12265), as their published encoders expect it.</summary>
/// <param name="Atoms">Codes of the atoms, code[n,2]: atomic number − 1, and chirality (0 none, 1 clockwise, 2 counter-clockwise, 3 other).</param>
/// <param name="Source">Where each edge starts. The two directions of a bond follow one another: bonds along the text first, then ring closures by number.</param>
/// <param name="Target">Where each edge ends.</param>
/// <param name="Bonds">Codes of the edges, code[e,2]: bond type (0 single, 1 double, 2 triple, 3 aromatic), and direction (0 none, 1 up, 2 down).</param>
public sealed record MoleculeGraph(CodeTable Atoms, int[] Source, int[] Target, CodeTable Bonds)
{
    /// <summary>Reads a SMILES (opensmiles.org).</summary>
    /// <param name="smiles">The text; blanks around it are passed over.</param>
    /// <exception cref="SmilesException">
    /// The text is not well formed (an unclosed ring, bracket or branch, an unknown sign), an atom has more bonds than it takes,
    /// an aromatic ring has no place for its double bonds, it has more than 20,000 characters or rings of more than 1,000 bonds that share atoms, or there are no codes for what is written: a wildcard atom, a fourfold bond.
    /// </exception>
    /// <remarks>
    /// As RDKit prepares molecules: hydrogens written as atoms go into their neighbours, neutral nitro groups and the like are written with charges,
    /// aromatic rings are found anew from single and double bonds, chirality and direction marks that mark nothing go. Some 30 µs for a molecule of 20 atoms.
    /// </remarks>
    /// <example><code>var ethanol = MoleculeGraph.FromSmiles("CCO");</code></example>
    public static MoleculeGraph FromSmiles(string smiles) => Of(SmilesReader.Read(smiles), smiles);

    internal static MoleculeGraph Of(Molecule molecule, string smiles)
    {
        var atoms = new int[2 * molecule.Atoms.Count];
        foreach (var atom in molecule.Atoms)
        {
            if (atom.Number == 0) throw new SmilesException(smiles, atom.Column, "a wildcard atom has no code");
            (atoms[2 * atom.Index], atoms[2 * atom.Index + 1]) = (atom.Number - 1, (int)atom.Chirality);
        }
        var edges = 2 * molecule.Bonds.Count;
        int[] source = new int[edges], target = new int[edges], bonds = new int[2 * edges];
        foreach (var bond in molecule.Bonds)
        {
            if (bond.Order > BondOrder.Aromatic) throw new SmilesException(smiles, bond.End.Column, "a fourfold bond has no code");
            var k = 2 * bond.Index;
            (source[k], target[k], source[k + 1], target[k + 1]) = (bond.Begin.Index, bond.End.Index, bond.End.Index, bond.Begin.Index);
            (bonds[2 * k], bonds[2 * k + 1], bonds[2 * k + 2], bonds[2 * k + 3]) = ((int)bond.Order, (int)bond.Direction, (int)bond.Order, (int)bond.Direction);
        }
        return new(new(molecule.Atoms.Count, 2, atoms), source, target, new(edges, 2, bonds));
    }
}
