using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Sampling;

namespace GraphTune.Gnn.FineTune;

/// <summary>The loss and the scores of one model on a graph that is sampled: a step sees the next batch, a score all neighbours of all nodes.</summary>
internal sealed class SampledObjective(NodeClassifier model, SampledTask task, IMetric metric, TaskLoss loss, LoaderOptions options) : IObjective
{
    private readonly LayerwiseInference inference = new(task.Device, task.Pattern, task.Slice);
    private readonly NeighbourLoader loader = new(task.Device, task.Data, task.Train,
        new SamplerOptions { FanOut = task.FanOut, Replace = task.Replace, Seed = options.Seed }, options with { BatchSize = task.BatchSize }, task.Pattern, model.Prepare);

    public int Steps => loader.Batches;

    public string Metric => metric.Name;

    public bool HigherIsBetter => metric.HigherIsBetter;

    public Var Loss(TrainingStep step, WeightSnapshot? start = null)
    {
        var batch = loader.Next();
        var logits = start is null ? model.Forward(batch.Blocks, step.Tape.Input(batch.Features)) : Forward(step, batch, start);
        return loss.Of(batch.Drawn is { } drawn ? logits.Gather(drawn) : logits, batch.Labels);
    }

    private Var Forward(TrainingStep step, NodeBatch batch, WeightSnapshot start)
    {
        var h = model.Embed(batch.Blocks, step.Tape.Input(batch.Features));
        step.Saw(graph: null, h, () => model.Head.Hops == 0 ? h : batch.Blocks[^1].Roots(h), () => start.While(() => Embed(step.Tape, batch)));
        return model.Score(batch.Blocks, h);
    }

    // On a tape of its own, for inference; the result lives as long as the step's.
    private Var Embed(Tape step, NodeBatch batch)
    {
        using var tape = Tape.Infer(step.Device);
        return model.Embed(batch.Blocks, tape.Input(batch.Features)).KeptBy(step);
    }

    public double Score(ReadOnlySpan<int> rows, Calibration? calibration = null) =>
        calibration?.Score(metric, Logits, task.Data.Classes, task.Data.Labels, rows) ?? metric.Evaluate(Logits, task.Data.Labels, rows);

    public Calibration Calibrated(ReadOnlySpan<int> rows, CalibrationOptions options) =>
        Calibration.Fit(Logits, task.Data.Classes, task.Data.Labels, rows, hasClasses: true, options, loss.PriorShift);

    private float[] Logits => inference.Logits(model, task.Data.Features).Dense!;

    public void Dispose()
    {
        loader.Dispose();
        loss.Dispose();
    }
}
