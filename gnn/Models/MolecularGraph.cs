using GraphTune.Autograd;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Models;

/// <summary>Molecules as a <see cref="MolecularEncoder"/> reads them: their bonds with a self-loop at each atom, and the kinds of atoms and bonds.</summary>
/// <remarks>
/// Everything is by kind: the edges are held from nodes, from kinds of atoms (for the first layer, whose input has few distinct rows)
/// and from kinds of bonds. Building takes time linear in atoms and bonds, on the host; memory is about 48 bytes an edge.
/// </remarks>
public sealed class MolecularGraph : IDisposable
{
    /// <summary>The bond type of the self-loop that every atom gets; its direction is 0.</summary>
    public const int SelfLoop = 4;

    private readonly Device device;
    private readonly List<IDisposable> owned = [];
    private readonly HostCsr looped;
    private readonly int[] kindOfEdge;
    private readonly Dictionary<(string Name, int Rows), RowIndex> tables = [];
    private Tensor? gcnWeight, inverseDegree;
    private RowIndex? bondOfEdge, atomOfNode;

    // The molecule of each node stays its maker's.
    private MolecularGraph(Device device, HostCsr edges, CodePairs atoms, CodePairs bonds, RowIndex molecule)
    {
        (this.device, Molecule) = (device, molecule);
        (Atoms, Bonds) = (atoms, bonds);
        kindOfEdge = Array.ConvertAll(edges.Edge!, edge => bonds.Kind[edge]);
        looped = edges with { Edge = null };
        FromNodes = Patterns(looped);
        FromAtoms = Patterns(looped with { Column = Array.ConvertAll(looped.Column, node => atoms.Kind[node]), Columns = atoms.Count });
        FromBonds = Patterns(looped with { Column = kindOfEdge, Columns = bonds.Count });
    }

    /// <summary>Takes molecules to a device.</summary>
    /// <param name="device">Where they will be used.</param>
    /// <param name="edges">The bonds, each in both directions, without self-loops.</param>
    /// <param name="atoms">Two codes for each node, from 0: the atomic number less one, and the chirality.</param>
    /// <param name="bonds">Two codes for each edge, in the order of <paramref name="edges"/>, from 0: the type, and the direction.</param>
    /// <param name="batch">The molecule of each node; null for a single one.</param>
    /// <param name="graphs">The number of molecules; null for one more than the largest in <paramref name="batch"/>.</param>
    /// <exception cref="InvalidDataException">There are not two codes for each node and edge, a code is negative, or an id is out of range.</exception>
    public static MolecularGraph From(Device device, EdgeList edges, ReadOnlySpan<int> atoms, ReadOnlySpan<int> bonds, int[]? batch = null, int? graphs = null)
    {
        if (batch is not null && batch.Length != edges.Nodes) throw new InvalidDataException($"molecules: {batch.Length} molecule ids for {edges.Nodes} nodes; one for each is needed");
        batch ??= new int[edges.Nodes];
        var molecule = RowIndex.From(device, batch, graphs ?? (batch.Length == 0 ? 0 : batch.Max() + 1));
        try
        {
            var made = Of(device, edges, atoms, bonds, molecule);
            made.Own(molecule);
            return made;
        }
        catch
        {
            molecule.Dispose();
            throw;
        }
    }

    private static MolecularGraph Of(Device device, EdgeList edges, ReadOnlySpan<int> atoms, ReadOnlySpan<int> bonds, RowIndex molecule)
    {
        int nodes = edges.Nodes, count = edges.Count;
        Check("atoms", atoms, nodes, "node");
        Check("bonds", bonds, count, "edge");
        int[] loops = [.. Enumerable.Range(0, nodes)], codes = new int[2 * (count + nodes)];
        bonds.CopyTo(codes);
        for (var at = 2 * count; at < codes.Length; at += 2) codes[at] = SelfLoop;
        int[] target = [.. edges.Target, .. loops], source = [.. edges.Source, .. loops];
        var into = HostCsr.Groups(target, nodes);   // edges in the order given, the loop last, as PyTorch adds them
        var csr = into with { Column = Array.ConvertAll(into.Column, e => InRange(source[e], e, nodes)), Columns = nodes, Edge = into.Column };
        return new(device, csr, CodePairs.Of(atoms), CodePairs.Of(codes), molecule);
    }

    /// <summary>The molecules of a batch: made when first asked for, and disposed of with the batch.</summary>
    /// <param name="batch">Graphs with two codes for each node and each edge, as the molecule sets have.</param>
    /// <exception cref="InvalidDataException">They have other codes, or none.</exception>
    public static MolecularGraph Of(GraphBatch batch) => batch.Once(nameof(MolecularGraph), FromBatch);

    // From the data set's own order of edges, so that sums round as they do for one molecule alone.
    private static MolecularGraph FromBatch(GraphBatch batch)
    {
        var data = batch.Data;
        if (data.NodeCodes is not { Columns: 2 } atomCodes || data.EdgeCodes is not { Columns: 2 } bondCodes)
            throw new InvalidDataException($"{data.Name}: an encoder of molecules needs two codes for each node and each edge, but there are {data.NodeCodes?.Columns ?? 0} and {data.EdgeCodes?.Columns ?? 0}");
        int[] source = new int[batch.Graph.Edges], target = new int[source.Length], bonds = new int[2 * source.Length], atoms = new int[2 * batch.Graph.Nodes];
        int node = 0, edge = 0;
        for (var i = 0; i < batch.Graphs; i++)
        {
            var g = batch.Ids[i];
            int firstNode = data.NodeStart[g], nodes = data.NodeStart[g + 1] - firstNode, firstEdge = data.EdgeStart[g], edges = data.EdgeStart[g + 1] - firstEdge;
            for (var k = 0; k < edges; k++) (source[edge + k], target[edge + k]) = (data.Source[firstEdge + k] + node, data.Target[firstEdge + k] + node);
            atomCodes.Values.AsSpan(2 * firstNode, 2 * nodes).CopyTo(atoms.AsSpan(2 * node));
            bondCodes.Values.AsSpan(2 * firstEdge, 2 * edges).CopyTo(bonds.AsSpan(2 * edge));
            (node, edge) = (node + nodes, edge + edges);
        }
        return Of(batch.Device, new EdgeList(node, source, target), atoms, bonds, batch.GraphOfNode);
    }

    /// <summary>Where the molecules are.</summary>
    public Device Device => device;

    /// <summary>The number of atoms.</summary>
    public int Nodes => looped.Rows;

    /// <summary>The number of molecules.</summary>
    public int Graphs => Molecule.Rows;

    /// <summary>The molecule of each node: what a read-out pools by.</summary>
    public RowIndex Molecule { get; }

    internal CodePairs Atoms { get; }

    internal CodePairs Bonds { get; }

    internal (Csr In, Csr Out) FromNodes { get; }

    internal (Csr In, Csr Out) FromAtoms { get; }

    internal (Csr In, Csr Out) FromBonds { get; }

    /// <summary>The rows that one column of codes takes from a table: one for each kind.</summary>
    /// <param name="name">The column, for the message.</param>
    /// <param name="codes">The code of each kind.</param>
    /// <param name="rows">Rows of the table.</param>
    /// <exception cref="InvalidDataException">A code has no row.</exception>
    internal RowIndex Rows(string name, int[] codes, int rows)
    {
        if (tables.TryGetValue((name, rows), out var index)) return index;
        foreach (var code in codes)
            if (code >= rows) throw new InvalidDataException($"molecules: a code {code} of {name}, but the model knows 0 to {rows - 1}");
        return tables[(name, rows)] = Own(RowIndex.From(device, codes, rows));
    }

    /// <summary>1 / √(dᵢ·dⱼ) for each edge, d counting the edges out of a node, the self-loop among them.</summary>
    internal Tensor GcnWeight => gcnWeight ??= Own(MakeGcnWeight());

    /// <summary>1 / the edges into each node, the self-loop among them.</summary>
    internal Tensor InverseDegree => inverseDegree ??= Own(looped.InverseRowCounts(device));

    /// <summary>The kind of each edge's bond.</summary>
    internal RowIndex BondOfEdge => bondOfEdge ??= Own(RowIndex.From(device, kindOfEdge, Bonds.Count));

    /// <summary>The kind of each node's atom.</summary>
    internal RowIndex AtomOfNode => atomOfNode ??= Own(RowIndex.From(device, Atoms.Kind, Atoms.Count));

    /// <summary>Returns all memory to the pool.</summary>
    public void Dispose()
    {
        foreach (var part in owned) part.Dispose();
        owned.Clear();
    }

    /// <summary>Sizes.</summary>
    public override string ToString() => $"MolecularGraph[{Graphs} molecules, {Nodes} atoms, {looped.Entries} edges with loops]";

    private Tensor MakeGcnWeight()
    {
        var degree = new int[Nodes];
        foreach (var source in looped.Column) degree[source]++;
        var root = Array.ConvertAll(degree, d => 1f / MathF.Sqrt(d));
        var weight = new float[looped.Entries];
        for (var i = 0; i < Nodes; i++)
            for (var e = looped.RowStart[i]; e < looped.RowStart[i + 1]; e++) weight[e] = root[looped.Column[e]] * root[i];
        return Tensor.From(device, new Shape(weight.Length), weight);
    }

    private (Csr In, Csr Out) Patterns(HostCsr pattern) => (Own(pattern.To(device)), Own(pattern.Transposed().To(device)));

    private T Own<T>(T part) where T : IDisposable
    {
        owned.Add(part);
        return part;
    }

    private static int InRange(int source, int edge, int nodes) =>
        (uint)source < (uint)nodes ? source : throw new InvalidDataException($"molecules: edge {edge} starts at node {source}, which is not between 0 and {nodes - 1}");

    private static void Check(string what, ReadOnlySpan<int> codes, int rows, string of)
    {
        if (codes.Length != 2L * rows) throw new InvalidDataException($"molecules: {codes.Length} codes of {what} for {rows} {of}s; two for each {of} are needed");
        var negative = codes.IndexOfAnyInRange(int.MinValue, -1);
        if (negative >= 0) throw new InvalidDataException($"molecules: {of} {negative / 2} has the code {codes[negative]} among its {what}; codes count from 0");
    }
}
