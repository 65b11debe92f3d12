using GraphTune.Engine;

namespace GraphTune.Autograd;

/// <summary>Edges of several kinds from sources to targets, both ways: what <see cref="Ops.RelationalSum"/> runs over, forward and backward.</summary>
public sealed class RelationIndex : IDisposable
{
    private RelationIndex(RelationalCsr incoming, RelationalCsr outgoing) => (In, Out) = (incoming, outgoing);

    /// <summary>Rows are targets, columns sources.</summary>
    public RelationalCsr In { get; }

    /// <summary>Rows are sources, columns targets; the same edge ids.</summary>
    public RelationalCsr Out { get; }

    /// <summary>Sorts typed edges both ways; linear in edges, nodes and relations.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="sources">The number of source nodes.</param>
    /// <param name="targets">The number of target nodes.</param>
    /// <param name="relations">The number of relations.</param>
    /// <param name="source">The source of each edge.</param>
    /// <param name="target">The target of each edge.</param>
    /// <param name="relation">The relation of each edge.</param>
    /// <exception cref="ShapeException">The lists differ in length.</exception>
    /// <exception cref="InvalidDataException">A number is out of range.</exception>
    public static RelationIndex From(Device device, int sources, int targets, int relations, int[] source, int[] target, int[] relation) =>
        new(RelationalCsr.From(device, targets, sources, relations, target, source, relation),
            RelationalCsr.From(device, sources, targets, relations, source, target, relation));

    /// <summary>Returns the arrays to the pool.</summary>
    public void Dispose()
    {
        In.Dispose();
        Out.Dispose();
    }

    /// <summary>Sizes.</summary>
    public override string ToString() => $"RelationIndex[{In.Columns} sources, {In.Rows} targets; {In.Relations} relations, {In.Entries} edges]";
}
