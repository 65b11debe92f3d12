namespace GraphTune.Gnn.Data;

/// <summary>Turn of an atom's neighbours, seen from the first of its bonds to the rest, an implicit hydrogen last. The values are Hu et al.'s codes.</summary>
internal enum Chirality
{
    None,
    Clockwise,
    CounterClockwise,
    Other,
}
