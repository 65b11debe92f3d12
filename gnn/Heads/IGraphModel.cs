using GraphTune.Autograd;

namespace GraphTune.Gnn;

/// <summary>A model that says something of each graph of a batch.</summary>
public interface IGraphModel
{
    /// <summary>Outputs of a graph: one logit or number for each task, or one logit for each class.</summary>
    int Outputs { get; }

    /// <summary>Computes y[graphs, <see cref="Outputs"/>] on a tape.</summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="batch">The graphs.</param>
    Var Forward(Tape tape, GraphBatch batch);

    /// <summary>Has a batch make what <see cref="Forward"/> will ask it for, such as another form of its edges. A loader calls it where it makes the batch: ahead, and on its own thread where the device is the host.</summary>
    /// <param name="batch">The graphs.</param>
    void Prepare(GraphBatch batch)
    {
    }
}
