using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Kernels;

namespace GraphTune.Gnn.Pretrain;

/// <summary>The encoder with a bilinear form between nodes and summaries.</summary>
internal sealed class DeepGraphInfomaxModel : PretextModel
{
    private readonly Parameter form;
    private readonly StepParts parts = new();

    public DeepGraphInfomaxModel(GraphEncoder encoder, PretextData data, ulong seed) : base(encoder, data, seed) =>
        form = Add("weight", Init.Glorot(data.Device, new Shape(encoder.Width, encoder.Width), new Rng(seed, WeightStream)));

    protected override Var Loss(Tape tape, GraphBatch batch, Rng rng)
    {
        parts.Clear();
        var h = Encoder.Embed(tape, batch);
        var summary = h.Segment(Aggregation.Mean, batch.GraphOfNode).Sigmoid();
        return Data.Graph is not null
            ? Told(h, Encoder.Embed(tape, Shuffled(batch, rng)), summary.MatMul(form, Transpose.Right))
            : Told(h, summary.MatMul(form, Transpose.Right), batch);
    }

    // Nodes of the graph and of its shuffled likeness, by the one summary W·s of [1, width].
    private static Var Told(Var h, Var shuffled, Var summary) => Judged(h.MatMul(summary, Transpose.Right), shuffled.MatMul(summary, Transpose.Right));

    // Nodes by the summary of their graph, and by that of the next one.
    private Var Told(Var h, Var summaries, GraphBatch batch)
    {
        var next = parts.Add(RowIndex.From(Data.Device, Array.ConvertAll(batch.GraphOfNode.Index.ToArray(), g => (g + 1) % batch.Graphs), batch.Graphs));
        return Judged((h * summaries.Gather(batch.GraphOfNode)).RowSum(), (h * summaries.Gather(next)).RowSum());
    }

    private static Var Judged(Var real, Var alien) =>
        (real.BceWithLogits(real.Tape.Constant(real.Shape, 1f)) + alien.BceWithLogits(alien.Tape.Constant(alien.Shape, 0f))) * 0.5f;

    private GraphBatch Shuffled(GraphBatch batch, Rng rng)
    {
        var x = batch.NodeFeatures!;
        int[] order = [.. Enumerable.Range(0, x.Shape[0])];
        rng.Shuffle<int>(order);
        var mixed = parts.Add(new Tensor(Data.Device, x.Shape));
        using var rows = Indices.From(Data.Device, order);
        Data.Device.Run(new GatherRows(x, rows, mixed));
        return parts.Add(GraphBatch.Of(batch.Graph, mixed));
    }

    public override void Dispose()
    {
        parts.Dispose();
        base.Dispose();
    }
}
