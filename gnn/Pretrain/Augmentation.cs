using GraphTune.Engine;

namespace GraphTune.Gnn.Pretrain;

/// <summary>A change that should leave what a graph, or a node, means as it is: what two views of it differ by.</summary>
/// <remarks>You et al. 2020, "GraphCL", arXiv:2010.13902, section 3.1. Draws are taken in order on one thread; both directions of an edge fare alike.</remarks>
public abstract record Augmentation
{
    /// <summary>Changes graphs.</summary>
    /// <param name="graphs">The graphs.</param>
    /// <param name="rng">Draws.</param>
    /// <returns>The changed graphs; the given ones stay as they are.</returns>
    public abstract GraphDraft Apply(GraphDraft graphs, Rng rng);

    /// <summary>For each graph, some of its nodes drawn at random.</summary>
    /// <param name="graphs">The graphs.</param>
    /// <param name="share">The share that is drawn, rounded down; never all.</param>
    /// <param name="rng">Draws.</param>
    /// <returns>Whether each node was drawn.</returns>
    protected static bool[] Some(GraphDraft graphs, float share, Rng rng)
    {
        var drawn = new bool[graphs.Nodes];
        for (var g = 0; g < graphs.Graphs; g++)
        {
            int first = graphs.NodeStart[g], n = graphs.NodeStart[g + 1] - first;
            int[] order = [.. Enumerable.Range(first, n)];
            var count = Math.Min((int)(share * n), n - 1);
            for (var i = 0; i < count; i++)
            {
                var j = i + rng.Next(n - i);
                (order[i], order[j]) = (order[j], order[i]);
                drawn[order[i]] = true;
            }
        }
        return drawn;
    }

    /// <summary>Words named by the two ends of an edge, whichever way it runs.</summary>
    private protected static Func<int, int, Philox> PairDraws(Rng rng)
    {
        var (low, high) = (rng.NextWord(), rng.NextWord());
        return (source, target) => Philox.Block((uint)Math.Min(source, target), (uint)Math.Max(source, target), 0, 0, low, high);
    }
}

/// <summary>Some nodes go, with their edges.</summary>
/// <param name="Share">Their share, 0 to below 1.</param>
public sealed record NodeDropping(float Share = 0.2f) : Augmentation
{
    /// <inheritdoc/>
    public override GraphDraft Apply(GraphDraft graphs, Rng rng) => graphs.WithNodes(Array.ConvertAll(Some(graphs, Share, rng), drawn => !drawn));
}

/// <summary>Each edge goes with some probability.</summary>
/// <param name="Share">The probability, 0 to below 1.</param>
public sealed record EdgeDropping(float Share = 0.2f) : Augmentation
{
    /// <inheritdoc/>
    public override GraphDraft Apply(GraphDraft graphs, Rng rng)
    {
        var draws = PairDraws(rng);
        return graphs.WithEdges(k => Philox.Unit(draws(graphs.Source[k], graphs.Target[k]).X) >= Share);
    }
}

/// <summary>Each edge goes, with some probability, between two nodes of its graph drawn at random; it keeps its attributes.</summary>
/// <param name="Share">The probability, 0 to below 1.</param>
public sealed record EdgePerturbation(float Share = 0.2f) : Augmentation
{
    /// <inheritdoc/>
    public override GraphDraft Apply(GraphDraft graphs, Rng rng)
    {
        var draws = PairDraws(rng);
        int[] source = [.. graphs.Source], target = [.. graphs.Target], graph = graphs.GraphOfEdge();
        for (var k = 0; k < source.Length; k++)
        {
            var words = draws(source[k], target[k]);
            if (Philox.Unit(words.X) >= Share) continue;
            int first = graphs.NodeStart[graph[k]], n = graphs.NodeStart[graph[k] + 1] - first;
            var (a, b) = (first + Below(words.Y, n), first + Below(words.Z, n));
            (source[k], target[k]) = graphs.Source[k] <= graphs.Target[k] ? (a, b) : (b, a);
        }
        return graphs with { Source = source, Target = target };
    }

    private static int Below(uint word, int n) => (int)((ulong)word * (uint)n >> 32);
}

/// <summary>Some nodes' attributes are hidden: features become 0, codes the mask or 0.</summary>
/// <param name="Share">Their share, 0 to below 1.</param>
public sealed record NodeMasking(float Share = 0.2f) : Augmentation
{
    /// <inheritdoc/>
    public override GraphDraft Apply(GraphDraft graphs, Rng rng)
    {
        var drawn = Some(graphs, Share, rng);
        for (var i = 0; i < drawn.Length; i++) drawn[i] |= graphs.Hidden[i];
        return graphs with { Hidden = drawn };
    }
}

/// <summary>Each feature becomes 0 for all nodes, with some probability. Codes stay.</summary>
/// <param name="Share">The probability, 0 to below 1.</param>
/// <remarks>Zhu et al. 2020, "GRACE", arXiv:2006.04131, section 3.2.</remarks>
public sealed record FeatureMasking(float Share = 0.2f) : Augmentation
{
    /// <inheritdoc/>
    public override GraphDraft Apply(GraphDraft graphs, Rng rng)
    {
        var hidden = new bool[graphs.Features];
        for (var j = 0; j < hidden.Length; j++) hidden[j] = rng.NextSingle() < Share || graphs.HiddenFeatures?[j] == true;
        return graphs with { HiddenFeatures = hidden };
    }
}

/// <summary>What a random walk from a random node of each graph meets.</summary>
/// <param name="Share">The share of nodes that is left out, 0 to below 1; more where the walk cannot get further.</param>
/// <remarks>Where a node has no edge out, the walk goes on from its start. It ends after 20 steps a node at the latest.</remarks>
public sealed record Subgraph(float Share = 0.2f) : Augmentation
{
    private const int StepsANode = 20;

    /// <inheritdoc/>
    public override GraphDraft Apply(GraphDraft graphs, Rng rng)
    {
        var outOf = HostCsr.Groups(graphs.Source, graphs.Nodes);
        var met = new bool[graphs.Nodes];
        for (var g = 0; g < graphs.Graphs; g++) Walk(graphs, outOf, graphs.NodeStart[g], graphs.NodeStart[g + 1] - graphs.NodeStart[g], met, rng);
        return graphs.WithNodes(met);
    }

    private void Walk(GraphDraft graphs, HostCsr outOf, int first, int n, bool[] met, Rng rng)
    {
        if (n == 0) return;
        int start = first + rng.Next(n), at = start, left = n - (int)(Share * n) - 1;
        met[at] = true;
        for (var step = 0L; left > 0 && step < (long)StepsANode * n; step++)
        {
            var ways = outOf.RowStart[at + 1] - outOf.RowStart[at];
            at = ways == 0 ? start : graphs.Target[outOf.Column[outOf.RowStart[at] + rng.Next(ways)]];
            if (met[at]) continue;
            met[at] = true;
            left--;
        }
    }
}
