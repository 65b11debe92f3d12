namespace GraphTune.Gnn.Data;

/// <summary>Kind of a bond. The first four values are Hu et al.'s codes.</summary>
internal enum BondOrder
{
    Single,
    Double,
    Triple,
    Aromatic,
    Quadruple,
    Unset,
}
