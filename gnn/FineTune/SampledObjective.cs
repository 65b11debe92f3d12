using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Metrics;
using GraphTune.Gnn.Sampling;

namespace GraphTune.Gnn.FineTune;

/// <summary>The loss and the scores of one model on a graph that is sampled: a step sees the next batch, a score all neighbours of all nodes.</summary>
internal sealed class SampledObjective(NodeClassifier model, SampledTask task, IMetric metric, ulong seed) : IObjective
{
    private readonly LayerwiseInference inference = new(task.Device, task.Pattern, task.Slice);
    private readonly NeighbourLoader loader = new(task.Device, task.Data, task.Train,
        new SamplerOptions { FanOut = task.FanOut, Replace = task.Replace, Seed = seed }, new LoaderOptions { BatchSize = task.BatchSize, Seed = seed }, task.Pattern, model.Prepare);

    public int Steps => loader.Batches;

    public string Metric => metric.Name;

    public bool HigherIsBetter => metric.HigherIsBetter;

    public Var Loss(Tape tape)
    {
        var batch = loader.Next();
        return model.Forward(batch.Blocks, tape.Input(batch.Features)).CrossEntropy(batch.Labels);
    }

    public double Score(ReadOnlySpan<int> rows) => metric.Evaluate(inference.Logits(model, task.Data.Features).Dense!, task.Data.Labels, rows);

    public void Dispose() => loader.Dispose();
}
