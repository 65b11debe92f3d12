using GraphTune.Autograd;

namespace GraphTune.Gnn;

/// <summary>A model of whole graphs whose encoder, read-out and head can be run apart: <c>Score(Pool(batch, Embed(tape, batch)))</c> is the model.</summary>
public interface IGraphEmbedder : IGraphModel
{
    /// <summary>h[n, width], one row for each node of the batch.</summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="batch">The graphs.</param>
    Var Embed(Tape tape, GraphBatch batch);

    /// <summary>g[graphs, width], one row for each graph.</summary>
    /// <param name="batch">The graphs.</param>
    /// <param name="h">What <see cref="Embed"/> gives.</param>
    Var Pool(GraphBatch batch, Var h);

    /// <summary>y[graphs, <see cref="IGraphModel.Outputs"/>] from pooled rows.</summary>
    /// <param name="g">What <see cref="Pool"/> gives.</param>
    Var Score(Var g);
}
