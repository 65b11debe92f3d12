using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Pretrain;

/// <summary>Neighbourhoods of nodes drawn at random, one a graph, each with its context graph; graphs without a context are left out.</summary>
/// <param name="Neighbourhoods">The nodes up to K hops from the centre, with the edges between them.</param>
/// <param name="Contexts">The nodes more than r₁ and up to r₂ hops away, likewise.</param>
/// <param name="Centres">The row of each centre among the nodes of all neighbourhoods.</param>
/// <param name="Anchors">The rows, among the nodes of all contexts, of those that are in the neighbourhood too.</param>
/// <param name="ContextOfAnchor">The context of each anchor.</param>
internal sealed record ContextPairs(GraphDataset Neighbourhoods, GraphDataset Contexts, int[] Centres, int[] Anchors, int[] ContextOfAnchor)
{
    /// <summary>The number of pairs.</summary>
    public int Count => Centres.Length;

    /// <summary>Draws a centre in each graph.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="graphs">Which of its graphs.</param>
    /// <param name="options">K, r₁ and r₂.</param>
    /// <param name="rng">Draws; one number a graph, whether it has a context or not.</param>
    public static ContextPairs Draw(GraphDataset data, ReadOnlySpan<int> graphs, ContextPrediction options, Rng rng)
    {
        var (neighbourhoods, contexts) = (new InducedSubgraphs(data), new InducedSubgraphs(data));
        List<int> centres = [], anchors = [], contextOf = [];
        foreach (var graph in graphs)
        {
            var nodes = data.NodeStart[graph + 1] - data.NodeStart[graph];
            if (nodes == 0) continue;
            var centre = rng.Next(nodes);
            var hops = Hops.To(data, graph, centre);
            if (!hops.Any(InContext)) continue;
            var near = neighbourhoods.Add(graph, i => hops[i] <= options.Neighbourhood);
            var far = contexts.Add(graph, i => InContext(hops[i]));
            for (var i = 0; i < nodes; i++)
            {
                if (near[i] < 0 || far[i] < 0) continue;
                anchors.Add(far[i]);
                contextOf.Add(centres.Count);
            }
            centres.Add(near[centre]);
        }
        return new(neighbourhoods.ToDataset(), contexts.ToDataset(), [.. centres], [.. anchors], [.. contextOf]);

        bool InContext(int hops) => hops > options.ContextFrom && hops <= options.ContextTo;
    }
}
