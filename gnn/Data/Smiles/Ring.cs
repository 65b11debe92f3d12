namespace GraphTune.Gnn.Data;

/// <summary>A ring: its atoms in order around it, and its bonds, <c>Bonds[i]</c> from <c>Atoms[i]</c> to the next.</summary>
internal sealed record Ring(Atom[] Atoms, Bond[] Bonds);
