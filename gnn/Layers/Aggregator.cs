using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;

namespace GraphTune.Gnn.Layers;

/// <summary>Which rows become one: the neighbours of each node of a graph, or the members of each group.</summary>
/// <param name="In">Row i lists what row i of the result is made of.</param>
/// <param name="Out">The transpose of <paramref name="In"/>.</param>
/// <param name="InverseCount">1 / the entries of each row of <paramref name="In"/>, 0 for an empty one.</param>
public readonly record struct Neighbourhood(Csr In, Csr Out, Tensor InverseCount)
{
    /// <summary>The sources of the edges into each node.</summary>
    public static implicit operator Neighbourhood(Graph graph) => FromGraph(graph);

    /// <summary>The members of each group.</summary>
    public static implicit operator Neighbourhood(RowIndex groups) => FromRowIndex(groups);

    /// <summary>The edges into each node of a run.</summary>
    public static implicit operator Neighbourhood(EdgeBlock run) => FromEdgeBlock(run);

    /// <inheritdoc cref="op_Implicit(Graph)"/>
    public static Neighbourhood FromGraph(Graph graph) => new(graph.In, graph.Out, graph.InverseInDegree);

    /// <inheritdoc cref="op_Implicit(RowIndex)"/>
    public static Neighbourhood FromRowIndex(RowIndex groups) => new(groups.Groups, groups.Elements, groups.InverseCount);

    /// <inheritdoc cref="op_Implicit(EdgeBlock)"/>
    public static Neighbourhood FromEdgeBlock(EdgeBlock run) => new(run.In, run.Out, run.InverseCount);
}

/// <summary>Makes one row of several, whatever their number and order: of neighbours within a layer, or of the nodes of a graph after the last.</summary>
public abstract class Aggregator : Module
{
    /// <summary>y[rows, g]; a row that is made of nothing is 0, unless said otherwise.</summary>
    /// <param name="x">x[n, f].</param>
    /// <param name="of">Which rows become which; a graph or an index of groups may be given.</param>
    public abstract Var Forward(Var x, Neighbourhood of);

    /// <summary>Sum, mean, largest, smallest or product as a module.</summary>
    public static Aggregator From(Aggregation how) => new SimpleAggregation(how);

    private sealed class SimpleAggregation(Aggregation how) : Aggregator
    {
        public override Var Forward(Var x, Neighbourhood of) => x.Aggregate(how, of.In, of.Out, weight: null, of.InverseCount);
    }
}
