namespace GraphTune.Gnn.Data;

/// <summary>Where a bond to a double bond's end points, from its begin to its end. The values are Hu et al.'s codes.</summary>
internal enum BondDirection
{
    None,
    Up,
    Down,
}
