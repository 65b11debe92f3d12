using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.FineTune;

/// <summary>GTOT: the encoder's rows stay near those that it gave before training, each up to a move to a neighbour: strength · Σ Pᵢⱼ·(1 − cos(h⁰ᵢ, hⱼ)) over the edges and each node itself.</summary>
/// <param name="Inner">Who learns, and how fast.</param>
/// <param name="Strength">What the transport costs is multiplied by.</param>
/// <remarks>
/// Zhang et al. 2022, arXiv:2203.10453, section 4: optimal transport masked by the graph. The plan P has both marginals 1 / n; it is found by
/// Sinkhorn's iteration on the host (<see cref="EdgeTransport"/>) and is fixed in backward. O(edges·width) for the costs, O(edges) memory: nothing
/// of the size edges × features or n × n.
/// </remarks>
public sealed record Gtot(IStrategy Inner, float Strength = 0.1f) : Penalised(Inner)
{
    /// <summary>The entropy's weight, ε: the smaller, the sharper the plan.</summary>
    public double Epsilon { get; init; } = 0.1;

    /// <summary>Sinkhorn's iterations.</summary>
    public int Iterations { get; init; } = 20;

    /// <inheritdoc/>
    protected override Var Term(TrainingStep step)
    {
        var cosines = EdgeCosines.Of(step.Graph, step.StartEmbeddings, step.Embeddings);
        var plan = EdgeTransport.Plan(step.Graph.ToEdgeList(), cosines.Costs(), Epsilon, Iterations);
        return cosines.Cost(plan) * Strength;
    }
}

/// <summary>cos(h⁰ᵢ, hⱼ) for each edge j → i and for each node with itself.</summary>
internal sealed record EdgeCosines(Var OnEdges, Var OnNodes)
{
    public static EdgeCosines Of(Graph graph, Var start, Var h)
    {
        Var u = start.UnitRows(), v = h.UnitRows();
        int nodes = h.Shape[0], width = h.Shape[1];
        return new(graph.Dot(u.Reshape(nodes, 1, width), v.Reshape(nodes, 1, width)).Reshape(graph.Edges), (u * v).RowSum().Reshape(nodes));
    }

    /// <summary>1 − cos, the edges' first.</summary>
    public double[] Costs() => [.. OnEdges.ToArray().Concat(OnNodes.ToArray()).Select(cosine => 1.0 - cosine)];

    /// <summary>Σ P·(1 − cos) for a plan in the order of <see cref="Costs"/>.</summary>
    public Var Cost(double[] plan)
    {
        var edges = OnEdges.Count;
        return (Weighed(OnEdges, plan.AsSpan(0, edges)) + Weighed(OnNodes, plan.AsSpan(edges))) * -1f + (float)plan.Sum();
    }

    private static Var Weighed(Var cosine, ReadOnlySpan<double> plan)
    {
        var p = new float[plan.Length];
        for (var k = 0; k < p.Length; k++) p[k] = (float)plan[k];
        var weights = cosine.Tape.Scratch(new Shape(p.Length));
        weights.Write(p);
        return (cosine * weights).Sum();
    }
}
