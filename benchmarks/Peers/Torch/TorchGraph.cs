using TorchSharp;

namespace GraphTune.Benchmarks.Peers;

/// <summary>A graph as TorchSharp's layers take it: an edge list sorted by target, its weights, and a sparse matrix where that is the form.</summary>
internal sealed class TorchGraph : IDisposable
{
    private readonly torch.Tensor[] owned;
    private readonly string form;

    public TorchGraph(SyntheticGraph graph, bool selfLoops, string form)
    {
        this.form = form;
        Nodes = graph.Recipe.Nodes;
        using var scope = torch.NewDisposeScope();
        var (from, to) = graph.Coordinates();
        if (selfLoops) (from, to) = WithLoops(from, to, Nodes);
        (Source, Target) = (torch.tensor(from), torch.tensor(to));
        var degree = torch.zeros(Nodes).index_add_(0, Target, torch.ones(from.Length), 1).clamp(min: 1);
        var root = degree.pow(-0.5);
        var norm = root.index_select(0, Source) * root.index_select(0, Target);
        (Norm, InverseDegree) = (norm.unsqueeze(1), degree.reciprocal().unsqueeze(1));
        owned = [Source, Target, Norm, InverseDegree];
        if (form == "sparse mm")
        {
            var at = torch.stack([Target, Source]);
            Normalised = torch.sparse_coo_tensor(at, norm, [Nodes, Nodes]);
            Averaging = torch.sparse_coo_tensor(at, InverseDegree.squeeze(1).index_select(0, Target), [Nodes, Nodes]);
            owned = [.. owned, Normalised, Averaging];
        }
        scope.Detach(owned);
    }

    public static string[] Forms => ["index_add", "scatter_add", "sparse mm"];

    public int Nodes { get; }

    public torch.Tensor Source { get; }

    public torch.Tensor Target { get; }

    /// <summary>1 / √(dᵢ·dⱼ), [e, 1].</summary>
    public torch.Tensor Norm { get; }

    /// <summary>1 / dᵢ, [n, 1].</summary>
    public torch.Tensor InverseDegree { get; }

    /// <summary>The matrix of <see cref="Norm"/>, in the sparse form.</summary>
    public torch.Tensor? Normalised { get; }

    /// <summary>The matrix of means, in the sparse form.</summary>
    public torch.Tensor? Averaging { get; }

    /// <summary>The sum of messages[e, …] at each edge's target.</summary>
    public torch.Tensor Sum(torch.Tensor messages)
    {
        long[] size = [Nodes, .. messages.shape[1..]];
        if (form != "scatter_add") return torch.zeros(size).index_add(0, Target, messages, 1);
        var index = Target;
        for (var axis = 1; axis < size.Length; axis++) index = index.unsqueeze(-1);
        return torch.zeros(size).scatter_add(0, index.expand(messages.shape), messages);
    }

    public void Dispose()
    {
        foreach (var tensor in owned) tensor.Dispose();
    }

    // Each loop comes in its place among the sorted edges of its node.
    private static (long[], long[]) WithLoops(long[] source, long[] target, int nodes)
    {
        long[] from = new long[source.Length + nodes], to = new long[source.Length + nodes];
        for (int node = 0, edge = 0, at = 0; node < nodes; node++)
        {
            for (; edge < target.Length && target[edge] == node && source[edge] < node; edge++, at++) (from[at], to[at]) = (source[edge], node);
            (from[at], to[at++]) = (node, node);
            for (; edge < target.Length && target[edge] == node; edge++, at++) (from[at], to[at]) = (source[edge], node);
        }
        return (from, to);
    }
}
