using GraphTune.Autograd;
using GraphTune.Autograd.Ops;

namespace GraphTune.Gnn;

/// <summary>A norm whose statistics are those of each graph of a batch.</summary>
public abstract class NormPerGraph : TensorModule
{
    /// <summary>Normalises the nodes of one graph.</summary>
    public sealed override Var Forward(Var x) => Forward(x, null);

    /// <summary>Normalises the nodes of each graph.</summary>
    /// <param name="x">x[n, channels].</param>
    /// <param name="batch">The graph of each node; null for one graph.</param>
    public abstract Var Forward(Var x, RowIndex? batch);

    /// <summary>The mean of each column over each graph's nodes: one row a graph, or one row in all. Of no nodes it is 0.</summary>
    protected static Var Means(Var x, RowIndex? batch) => batch is null ? x.ColumnMean() : x.Segment(Aggregation.Mean, batch);

    /// <summary>Gives each node the row of its graph; one row in all meets every node as it is.</summary>
    protected static Var ToNodes(Var perGraph, RowIndex? batch) => batch is null ? perGraph : perGraph.Gather(batch);
}
