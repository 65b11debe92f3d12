using GraphTune.Autograd;
using GraphTune.Autograd.Ops;
using GraphTune.Engine;
using GraphTune.Gnn.Data;
using GraphTune.Gnn.Metrics;
using GraphTune.Kernels;

namespace GraphTune.Gnn.FineTune;

/// <summary>The loss and the scores of one model on one task.</summary>
/// <remarks>An encoder in which nothing learns is run once, as for inference (no dropout, fixed statistics), and its embeddings are kept until something in it learns.</remarks>
internal sealed class NodeObjective(NodeClassifier model, NodeTask task, IMetric metric, TaskLoss? loss = null, int steps = 1) : IObjective
{
    private readonly float[] logits = new float[task.Nodes * model.Options.Head.Classes];
    private Tensor? embeddings, startEmbeddings;
    private RowIndex? rows;

    public int Steps => steps;

    public string Metric => metric.Name;

    public bool HigherIsBetter => metric.HigherIsBetter;

    private bool EncoderLearns => model.Encoder.Parameters.Any(p => p.Value.Tracks);

    /// <summary>The loss of the training rows; without one, the plain cross-entropy.</summary>
    public Var Loss(TrainingStep step, WeightSnapshot? start = null)
    {
        var y = start is null ? Logits(step.Tape) : Logits(step, start);
        return loss is null ? y.CrossEntropy(task.Labels, task.Train) : loss.Of(y, task.Labels, task.Train);
    }

    /// <summary>The metric over some rows, with the weights as they are.</summary>
    public double Score(ReadOnlySpan<int> rows, Calibration? calibration = null)
    {
        Predict();
        return calibration?.Score(metric, logits, model.Options.Head.Classes, task.HostLabels, rows) ?? metric.Evaluate(logits, task.HostLabels, rows);
    }

    public Calibration Calibrated(ReadOnlySpan<int> rows, CalibrationOptions options)
    {
        Predict();
        return Calibration.Fit(logits, model.Options.Head.Classes, task.HostLabels, rows, hasClasses: true, options, loss?.PriorShift);
    }

    private void Predict()
    {
        using var tape = Tape.Infer(task.Graph.Device);
        Logits(tape).CopyTo(logits);
    }

    private Var Logits(Tape tape)
    {
        if (!EncoderLearns) return model.Score(task.Graph, Embeddings(tape));
        WeightsChanged();
        return model.Forward(task.Graph, tape.Input(task.Features));
    }

    private Var Logits(TrainingStep step, WeightSnapshot start)
    {
        var h = Embeddings(step.Tape);
        step.Saw(task.Graph, h, () => h.Gather(rows ??= RowIndex.From(h.Device, task.Train.ToArray(), task.Nodes)), () => startEmbeddings ??= start.While(Embed));
        return model.Score(task.Graph, h);
    }

    private Var Embeddings(Tape tape)
    {
        if (!EncoderLearns) return tape.Input(embeddings ??= Embed());
        WeightsChanged();
        return model.Embed(task.Graph, tape.Input(task.Features));
    }

    private Tensor Embed()
    {
        using var tape = Tape.Infer(task.Graph.Device);
        var h = model.Embed(task.Graph, tape.Input(task.Features));
        var kept = new Tensor(h.Device, h.Shape);
        h.Device.Run(new Copy(h, kept));
        return kept;
    }

    public void WeightsChanged()
    {
        embeddings?.Dispose();
        embeddings = null;
    }

    public void Dispose()
    {
        WeightsChanged();
        startEmbeddings?.Dispose();
        rows?.Dispose();
        loss?.Dispose();
    }
}
