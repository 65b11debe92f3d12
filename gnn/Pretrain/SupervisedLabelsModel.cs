using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;

namespace GraphTune.Gnn.Pretrain;

/// <summary>The encoder under a linear head for whole graphs.</summary>
internal sealed class SupervisedLabelsModel : PretextModel
{
    private readonly GraphHead head;

    public SupervisedLabelsModel(SupervisedLabels options, GraphEncoder encoder, PretextData data, ulong seed) : base(encoder, data, seed)
    {
        var outputs = data.Graphs!.Task == TaskKind.MultiClass ? data.Graphs.Classes : data.Graphs.Tasks.Count;
        head = Add("head", new GraphHead(data.Device, new() { Readout = options.Readout, Outputs = outputs }, encoder.Width, new Rng(seed, WeightStream)));
    }

    protected override Var Loss(Tape tape, GraphBatch batch, Rng rng)
    {
        if (!IsLabelled(batch)) return tape.Constant(new Shape(1), 0f);
        var y = head.Forward(Encoder.Embed(tape, batch), batch.GraphOfNode);
        return batch.Data.Task switch
        {
            TaskKind.Binary => y.BceWithLogits(batch.Labels),
            TaskKind.MultiClass => y.CrossEntropy(batch.Classes!),
            _ => y.MeanSquaredError(batch.Labels),
        };
    }

    private static bool IsLabelled(GraphBatch batch)
    {
        var (labels, tasks) = (batch.Data.Labels, batch.Data.Tasks.Count);
        foreach (var graph in batch.Ids)
            foreach (var label in labels.AsSpan(graph * tasks, tasks))
                if (!float.IsNaN(label)) return true;
        return false;
    }
}
