using GraphTune.Autograd.Ops;

namespace GraphTune.Gnn.Pretrain;

/// <summary>Predicts labels that are at hand for whole graphs, many tasks at once, of which most may be missing; the head is thrown away afterwards.</summary>
/// <remarks>
/// Hu et al. 2020, arXiv:1905.12265, section 3.2: binary cross-entropy over the labels that are there, after a stage of node-level pre-training.
/// Classes are told apart by cross-entropy and numbers fitted by the squared error, as the data's task says. A step whose graphs have no label has loss 0.
/// </remarks>
public sealed record SupervisedLabels : IPretext
{
    /// <inheritdoc/>
    public string Name => "supervised";

    /// <summary>How node embeddings become one row for each graph.</summary>
    public Aggregation Readout { get; init; } = Aggregation.Mean;

    /// <inheritdoc/>
    public PretextModel Around(GraphEncoder encoder, PretextData data, ulong seed)
    {
        if (data.Graphs is not { } graphs) throw new InvalidDataException($"{Name}: {data.Name} is one graph; it is set on many graphs with labels");
        if (graphs.Labels.All(float.IsNaN)) throw new InvalidDataException($"{Name}: {data.Name}: the graphs have no labels; choose a task that needs none");
        return new SupervisedLabelsModel(this, encoder, data, seed);
    }
}
