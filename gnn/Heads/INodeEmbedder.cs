using GraphTune.Autograd;

namespace GraphTune.Gnn;

/// <summary>A model of nodes whose encoder and head can be run apart: <c>Score(graph, Embed(graph, x))</c> is the model.</summary>
public interface INodeEmbedder
{
    /// <summary>h[n, width], one row for each node.</summary>
    /// <param name="graph">The edges.</param>
    /// <param name="x">Node features x[n,f].</param>
    Var Embed(Graph graph, Var x);

    /// <summary>y[n,c] from embeddings.</summary>
    /// <param name="graph">The edges; a head that is no convolution does not use them.</param>
    /// <param name="h">What <see cref="Embed"/> gives.</param>
    Var Score(Graph graph, Var h);
}
