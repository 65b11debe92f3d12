using GraphTune.Gnn.Data;
using TorchSharp;

namespace GraphTune.Benchmarks.Peers;

/// <summary>Molecules as TorchSharp's layers take them: an edge list that ends with the self-loops, of bond type 4, and the weights of its edges.</summary>
internal sealed class TorchMoleculeBatch : IDisposable
{
    private const int SelfLoop = 4;
    private readonly torch.Tensor target, molecule, inverseSize, labels, known, inverseKnown;
    private readonly torch.Tensor[] owned;
    private readonly bool scatters;

    public TorchMoleculeBatch(GraphDataset data, int[] ids, string form)
    {
        scatters = form == "scatter_add";
        using var scope = torch.NewDisposeScope();
        var (atoms, edges, of) = Rows(data, ids);
        (Nodes, Molecules) = (of.Length, ids.Length);
        (Atom, Chirality) = (Column(atoms, 0), Column(atoms, 1));
        (Source, target, Bond, Direction) = (Column(edges, 0), Column(edges, 1), Column(edges, 2), Column(edges, 3));
        var root = Count(target, Nodes).pow(-0.5);
        Norm = (root.index_select(0, Source) * root.index_select(0, target)).unsqueeze(1);
        molecule = torch.tensor(of);
        inverseSize = Count(molecule, Molecules).reciprocal().unsqueeze(1);
        float[] y = [.. ids.SelectMany(g => data.Labels[(g * data.Tasks.Count)..((g + 1) * data.Tasks.Count)])];
        labels = Array.ConvertAll(y, v => float.IsNaN(v) ? 0f : v).ToTorch(Molecules, data.Tasks.Count);
        known = Array.ConvertAll(y, v => float.IsNaN(v) ? 0f : 1f).ToTorch(Molecules, data.Tasks.Count);
        inverseKnown = known.sum().reciprocal();
        scope.Detach(owned = [Atom, Chirality, Source, target, Bond, Direction, Norm, molecule, inverseSize, labels, known, inverseKnown]);
    }

    public torch.Tensor Atom { get; }

    public torch.Tensor Chirality { get; }

    public torch.Tensor Source { get; }

    public torch.Tensor Bond { get; }

    public torch.Tensor Direction { get; }

    /// <summary>1 / √(dᵢ·dⱼ), [e, 1].</summary>
    public torch.Tensor Norm { get; }

    private int Nodes { get; }

    private int Molecules { get; }

    /// <summary>The sum of messages[e, f] at each edge's target.</summary>
    public torch.Tensor Sum(torch.Tensor messages) => Sum(messages, target, Nodes);

    /// <summary>The mean of h[n, f] over each molecule.</summary>
    public torch.Tensor Mean(torch.Tensor h) => Sum(h, molecule, Molecules) * inverseSize;

    /// <summary>The mean binary cross-entropy over the labels that are there.</summary>
    public torch.Tensor Loss(torch.Tensor logits) =>
        (torch.nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction: torch.nn.Reduction.None) * known).sum() * inverseKnown;

    public void Dispose()
    {
        foreach (var tensor in owned) tensor.Dispose();
    }

    private torch.Tensor Sum(torch.Tensor rows, torch.Tensor at, int count)
    {
        var zeros = torch.zeros(count, rows.shape[1]);
        return scatters ? zeros.scatter_add(0, at.unsqueeze(1).expand(rows.shape), rows) : zeros.index_add(0, at, rows, 1);
    }

    private static torch.Tensor Count(torch.Tensor at, int count) => torch.zeros(count).index_add_(0, at, torch.ones(at.shape[0]), 1);

    private static torch.Tensor Column(List<long[]> rows, int column) => torch.tensor(rows.Select(row => row[column]).ToArray());

    private static (List<long[]> Atoms, List<long[]> Edges, long[] Molecule) Rows(GraphDataset data, int[] ids)
    {
        List<long[]> atoms = [], edges = [];
        List<long> molecule = [];
        for (var i = 0; i < ids.Length; i++)
        {
            var first = atoms.Count;
            for (var k = data.EdgeStart[ids[i]]; k < data.EdgeStart[ids[i] + 1]; k++)
                edges.Add([first + data.Source[k], first + data.Target[k], data.EdgeCodes!.Values[2 * k], data.EdgeCodes.Values[2 * k + 1]]);
            for (var k = data.NodeStart[ids[i]]; k < data.NodeStart[ids[i] + 1]; k++)
            {
                atoms.Add([data.NodeCodes!.Values[2 * k], data.NodeCodes.Values[2 * k + 1]]);
                molecule.Add(i);
            }
        }
        for (var i = 0; i < atoms.Count; i++) edges.Add([i, i, SelfLoop, 0]);
        return (atoms, edges, [.. molecule]);
    }
}
